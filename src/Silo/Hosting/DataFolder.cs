namespace Dispatcher.Silo.Hosting;

/// <summary>The server's data folder.</summary>
internal static class DataFolder
{
    /// <summary>Makes the folder where it is missing and proves that it can be written.</summary>
    /// <exception cref="StartupException">It cannot.</exception>
    public static void Prepare(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            var probe = Path.Combine(path, $".write-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartupException($"the data folder {Path.GetFullPath(path)} cannot be written: {e.Message}", e);
        }
    }
}
