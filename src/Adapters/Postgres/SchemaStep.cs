namespace Dispatcher.Adapters.Postgres;

/// <summary>One step of the schema.</summary>
/// <param name="Version">1 and up, without gaps.</param>
/// <param name="Name">The file's name without folder.</param>
/// <param name="Sql">What it runs, in one transaction with the other steps that are missing.</param>
internal sealed record SchemaStep(int Version, string Name, string Sql)
{
    private const string Folder = ".Postgres.Schema.";

    /// <summary>The steps that this program knows, in order.</summary>
    public static IReadOnlyList<SchemaStep> All { get; } = Load();

    private static SchemaStep[] Load()
    {
        var assembly = typeof(SchemaStep).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.Contains(Folder) && name.EndsWith(".sql"))
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                var file = name[(name.IndexOf(Folder) + Folder.Length)..];
                return new SchemaStep(int.Parse(file.AsSpan(0, 4)), file, reader.ReadToEnd());
            })
            .OrderBy(one => one.Version)];
    }
}
