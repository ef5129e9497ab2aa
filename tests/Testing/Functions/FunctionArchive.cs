using System.IO.Compression;

namespace Dispatcher.Testing.Functions;

/// <summary>Makes the archives of functions.</summary>
public static class FunctionArchive
{
    private const int Executable = 0x81ED; // a regular file, rwxr-xr-x

    /// <summary>Writes a zip file with one executable entry and returns its path.</summary>
    public static async Task<string> WriteAsync(string folder, string name, string entry, string text)
    {
        var path = Path.Combine(folder, name + ".zip");
        await using var file = File.Create(path);
        using var zip = new ZipArchive(file, ZipArchiveMode.Create);
        var item = zip.CreateEntry(entry);
        item.ExternalAttributes = Executable << 16;
        await using var writer = new StreamWriter(item.Open());
        await writer.WriteAsync(text);
        return path;
    }
}
