using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Workers.Processes;

/// <summary>What workers leave behind beyond their process group: processes that went their own way, and temporary files.</summary>
internal sealed partial class WorkerCleaner(string data, ILogger log)
{
    private readonly string _begin = WorkerMarks.Begin();
    private readonly TemporaryFolders _temporary = new(data);

    /// <summary>The mark of the worker with an address.</summary>
    public string Mark(System.Net.IPAddress address) => _begin + address;

    /// <summary>Makes a worker's folder for temporary files.</summary>
    public string AddFolder(string mark) => _temporary.Add(mark);

    /// <summary>Clears away what servers that were killed left behind.</summary>
    public void Sweep()
    {
        if (WorkerMarks.KillOrphans() is > 0 and var killed)
        {
            LogOrphans(killed);
        }

        _temporary.Sweep();
    }

    /// <summary>Clears away after a worker that has ended.</summary>
    /// <param name="mark">Its mark.</param>
    /// <param name="processes">False: only its files; <see cref="KillAll"/> follows.</param>
    public void Clean(string mark, bool processes)
    {
        if (processes && WorkerMarks.Kill(mark) is > 0 and var killed)
        {
            LogStrays(killed);
        }

        if (_temporary.Remove(mark) is { } reason)
        {
            LogTemporaryStays(reason);
        }
    }

    /// <summary>Kills what is left of all workers.</summary>
    public void KillAll() => _ = WorkerMarks.Kill(_begin);

    [LoggerMessage(1, LogLevel.Warning, "{Count} processes of workers were killed that a dead server left behind", EventName = "WorkerOrphansKilled")]
    private partial void LogOrphans(int count);

    [LoggerMessage(2, LogLevel.Information, "{Count} processes were killed that outlived their worker", EventName = "WorkerStraysKilled")]
    private partial void LogStrays(int count);

    [LoggerMessage(3, LogLevel.Warning, "The temporary files of a worker that has ended stay until the next start: {Reason}",
        EventName = "WorkerTemporaryFilesStay")]
    private partial void LogTemporaryStays(string reason);
}
