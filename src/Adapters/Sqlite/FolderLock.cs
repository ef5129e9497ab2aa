using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>
/// Keeps other processes out of a data folder while it lives: an advisory lock (flock) that the system drops with the
/// process. A file next to it names the holder, because a locked file cannot be opened for reading.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const UnixFileMode UserOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream _lock;

    private FolderLock(FileStream taken) => _lock = taken;

    /// <summary>Makes the folder where it is missing and locks it.</summary>
    /// <exception cref="StoreException">Another process has it, or it cannot be written.</exception>
    public static FolderLock Take(string folder)
    {
        try
        {
            Make(folder);
            return Lock(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"the data folder {folder} cannot be written ({e.Message}): check its path and rights", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static void Make(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UserOnly); // environment variables of functions may be secrets
        }
    }

    private static FolderLock Lock(string folder)
    {
        var holder = Path.Combine(folder, "dispatcher.pid");
        FileStream taken;
        try
        {
            taken = new FileStream(
                Path.Combine(folder, "dispatcher.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && File.Exists(Path.Combine(folder, "dispatcher.lock")))
        {
            throw new StoreException(
                $"the data folder {folder} is in use by another process{Pid(holder)}: stop it or choose another folder", e);
        }

        try
        {
            File.WriteAllText(holder, Environment.ProcessId.ToString());
            return new FolderLock(taken);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    private static string Pid(string file)
    {
        try
        {
            return $" (pid {File.ReadAllText(file).Trim()})";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // it is only a help; the refusal does not depend on it
        }
    }
}
