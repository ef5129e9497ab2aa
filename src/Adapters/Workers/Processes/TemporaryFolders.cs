namespace Dispatcher.Adapters.Workers.Processes;

/// <summary>Folders of workers for temporary files (<c>TMPDIR</c>), in <c>DATA/cache/tmp/MARK</c>: each has its own, empty at the start.</summary>
internal sealed class TemporaryFolders(string data)
{
    private readonly string _root = Path.GetFullPath(Path.Combine(data, "cache", "tmp"));

    /// <summary>Makes a worker's folder.</summary>
    public string Add(string mark)
    {
        var folder = Folder(mark);
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return folder;
    }

    /// <summary>Deletes a worker's folder. What cannot be deleted is there for <see cref="Sweep"/>.</summary>
    /// <returns>Why it could not be deleted; null where it was.</returns>
    public string? Remove(string mark)
    {
        try
        {
            Directory.Delete(Folder(mark), recursive: true);
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }

    /// <summary>Deletes the folders that servers left behind when they were killed.</summary>
    public void Sweep()
    {
        if (!Directory.Exists(_root))
        {
            return;
        }

        foreach (var folder in Directory.GetDirectories(_root))
        {
            if (WorkerMarks.IsOrphaned(Path.GetFileName(folder)))
            {
                _ = Remove(Path.GetFileName(folder));
            }
        }
    }

    private string Folder(string mark) => Path.Combine(_root, mark);
}
