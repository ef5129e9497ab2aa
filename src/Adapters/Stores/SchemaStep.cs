namespace Dispatcher.Adapters.Stores;

/// <summary>One step of a store's schema: a file in the store's folder <c>Schema</c>.</summary>
/// <param name="Version">1 and up, without gaps.</param>
/// <param name="Name">The file's name without folder.</param>
/// <param name="Sql">What it runs, in a transaction.</param>
internal sealed record SchemaStep(int Version, string Name, string Sql)
{
    /// <summary>The steps that this program knows for a store, in order.</summary>
    /// <param name="store">The store's folder.</param>
    public static IReadOnlyList<SchemaStep> Of(string store)
    {
        var (assembly, folder) = (typeof(SchemaStep).Assembly, $".{store}.Schema.");
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.Contains(folder) && name.EndsWith(".sql"))
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                var file = name[(name.IndexOf(folder) + folder.Length)..];
                return new SchemaStep(int.Parse(file.AsSpan(0, 4)), file, reader.ReadToEnd());
            })
            .OrderBy(one => one.Version)];
    }
}
