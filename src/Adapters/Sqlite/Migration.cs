namespace Dispatcher.Adapters.Sqlite;

/// <summary>One step of the schema.</summary>
/// <param name="Version">1 and up, without gaps.</param>
/// <param name="Name">The file's name without folder.</param>
/// <param name="Sql">What it runs, in a transaction of its own.</param>
internal sealed record Migration(int Version, string Name, string Sql)
{
    private const string Folder = ".Sqlite.Schema.";

    /// <summary>The steps that this program knows, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } = Load();

    private static Migration[] Load()
    {
        var assembly = typeof(Migration).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.Contains(Folder) && name.EndsWith(".sql"))
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                var file = name[(name.IndexOf(Folder) + Folder.Length)..];
                return new Migration(int.Parse(file.AsSpan(0, 4)), file, reader.ReadToEnd());
            })
            .OrderBy(one => one.Version)];
    }
}
