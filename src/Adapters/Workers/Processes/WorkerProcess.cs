using System.Diagnostics;

namespace Dispatcher.Adapters.Workers.Processes;

/// <summary>A worker's process and the process group that it leads.</summary>
internal sealed class WorkerProcess(Process process) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly int _id = process.Id;
    private bool _gone;

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

    /// <summary>Most memory that the process has used, in megabytes; 0 where it is not known.</summary>
    public long PeakMegabytes()
    {
        try
        {
            var line = File.ReadLines($"/proc/{_id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:"));
            var number = line?["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
            return long.TryParse(number, out var kilobytes) ? (kilobytes + 1023) / 1024 : 0;
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
