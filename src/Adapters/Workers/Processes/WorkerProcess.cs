using System.Diagnostics;

namespace Dispatcher.Adapters.Workers.Processes;

/// <summary>A worker's process and the process group that it leads.</summary>
internal sealed class WorkerProcess(Process process) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly int _id = process.Id;
    private long _peak;
    private bool _gone;

    /// <summary>The process's id, which is that of its session too.</summary>
    public int Id => _id;

    /// <summary>Whether the process has ended.</summary>
    public bool HasExited
    {
        get
        {
            lock (_gate)
            {
                return _gone || process.HasExited;
            }
        }
    }

    /// <summary>Kills the process and its group; nothing where they are gone.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            if (!_gone)
            {
                _ = Native.Kill(-_id, Native.SigKill);
                process.Kill(); // it may not lead its group yet
            }
        }
    }

    /// <summary>Waits for the end of the process, then kills what is left of its group.</summary>
    /// <returns><c>exit status 1</c>, <c>signal: killed</c>; null for status 0.</returns>
    public async Task<string?> WaitAsync()
    {
        await process.WaitForExitAsync(CancellationToken.None);
        lock (_gate)
        {
            _ = Native.Kill(-_id, Native.SigKill);
            _gone = true; // from now on the id may be another's
        }

        return Describe(process.ExitCode);
    }

    /// <summary>Where the machine's memory runs out the kernel shall end workers, not the server.</summary>
    public void EndFirst()
    {
        try
        {
            File.WriteAllText($"/proc/{_id}/oom_score_adj", "1000");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // it has ended, or this is no Linux that lets us: only the choice of the kernel's victim is worse
        }
    }

    /// <summary>The memory that the worker has now, in bytes.</summary>
    public void Used(long bytes)
    {
        if (bytes > Volatile.Read(ref _peak))
        {
            Volatile.Write(ref _peak, bytes);
        }
    }

    /// <summary>
    /// Most memory that the worker had, in megabytes. Of one that has ended what was seen last; 0 where it was never seen.
    /// </summary>
    public long PeakMegabytes()
    {
        Used(HighestResident());
        return (Volatile.Read(ref _peak) + (1 << 20) - 1) >> 20;
    }

    private long HighestResident()
    {
        try
        {
            var line = File.ReadLines($"/proc/{_id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:"));
            var number = line?["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
            return long.TryParse(number, out var kilobytes) ? kilobytes * 1024 : 0;
        }
        catch (IOException)
        {
            return 0; // it has just ended
        }
    }

    /// <inheritdoc/>
    public void Dispose() => process.Dispose();

    /// <summary>.NET reports death by signal N as status 128 + N, like a shell.</summary>
    private static string? Describe(int status) => status switch
    {
        0 => null,
        128 + 4 => "signal: illegal instruction",
        128 + 6 => "signal: aborted",
        128 + 7 => "signal: bus error",
        128 + 8 => "signal: floating point exception",
        128 + 9 => "signal: killed",
        128 + 11 => "signal: segmentation fault",
        128 + 15 => "signal: terminated",
        _ => $"exit status {status}",
    };
}
