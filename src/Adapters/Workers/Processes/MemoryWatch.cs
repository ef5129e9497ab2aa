using System.Collections.Concurrent;
using Dispatcher.Contracts;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Workers.Processes;

/// <summary>
/// Looks at the memory of all workers and kills one that has more than its function. A limit of the address space would stop
/// interpreters that reserve much and use little; what is resident is what the machine lacks. Counted are the first process as a
/// whole and of its session's other processes what no file backs.
/// </summary>
internal sealed partial class MemoryWatch : IDisposable
{
    private const int SessionEvery = Limits.WorkerSessionCheckMs / Limits.WorkerMemoryCheckMs;

    private readonly ConcurrentDictionary<int, Watched> _workers = new();
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private int _looking;
    private int _looks;

    public MemoryWatch(TimeProvider clock, ILogger log)
    {
        _log = log;
        var period = TimeSpan.FromMilliseconds(Limits.WorkerMemoryCheckMs);
        _timer = clock.CreateTimer(_ => Look(), null, period, period);
    }

    /// <summary>Watches a worker until it has ended.</summary>
    /// <param name="process">The worker's process.</param>
    /// <param name="function">For the log.</param>
    /// <param name="megabytes">The most that it may have; 0: only what it has is measured.</param>
    public void Add(WorkerProcess process, string function, int megabytes)
        => _workers[process.Id] = new Watched(process, function, megabytes * 1024L * 1024);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (Interlocked.Exchange(ref _looking, 1) == 1)
        {
            return; // the last look is not over
        }

        try
        {
            if (!_workers.IsEmpty && _looks++ % SessionEvery == 0)
            {
                LookAtSessions();
            }

            foreach (var (id, worker) in _workers)
            {
                LookAt(id, worker);
            }
        }
        catch (Exception error)
        {
            LogLookFailed(error); // the next look comes in any case
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    private void LookAt(int id, Watched worker)
    {
        if (worker.Process.HasExited)
        {
            _workers.TryRemove(id, out _);
            return;
        }

        var used = ProcessStat.Memory(id).Resident + worker.Others;
        worker.Process.Used(used);
        if (worker.Limit > 0 && used > worker.Limit)
        {
            LogKilled(worker.Function, id, used >> 20, worker.Limit >> 20);
            worker.Process.Kill();
        }
    }

    /// <summary>What the processes have that workers started; seldom, because every process of the machine is looked at.</summary>
    private void LookAtSessions()
    {
        var others = new Dictionary<int, long>();
        foreach (var id in ProcessStat.All())
        {
            var session = (int)ProcessStat.Session(id);
            if (session != id && _workers.ContainsKey(session))
            {
                others[session] = others.GetValueOrDefault(session) + ProcessStat.Memory(id).Own;
            }
        }

        foreach (var (id, worker) in _workers)
        {
            worker.Others = others.GetValueOrDefault(id);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Function}: worker {Process} was killed, it used {Used} MB of {Limit} MB of memory",
        EventName = "WorkerOutOfMemory")]
    private partial void LogKilled(string function, int process, long used, long limit);

    [LoggerMessage(2, LogLevel.Error, "The memory of workers could not be looked at", EventName = "WorkerMemoryUnknown")]
    private partial void LogLookFailed(Exception error);

    private sealed class Watched(WorkerProcess process, string function, long limit)
    {
        public WorkerProcess Process => process;

        public string Function => function;

        public long Limit => limit;

        public long Others { get; set; }
    }
}
