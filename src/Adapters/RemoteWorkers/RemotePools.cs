using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Invocations;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.RemoteWorkers;

/// <summary>The remote workers of all functions.</summary>
internal sealed class RemotePools
{
    private readonly ConcurrentDictionary<string, RemotePool> _pools = new();
    private readonly RemoteWorkersConfig _config;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _logs;

    public RemotePools(DispatcherConfig config, TimeProvider clock, Instruments instruments, ILoggerFactory logs)
    {
        (_config, _clock, _logs) = (config.RemoteWorkers, clock, logs);
        instruments.Observe("dispatcher.remote_workers", "{worker}", "Remote workers that are connected to this process", Read);
    }

    /// <summary>The workers of a function version.</summary>
    /// <param name="version"><c>function:version</c>.</param>
    public RemotePool Of(string version) => _pools.GetOrAdd(
        version, static (key, made) => new RemotePool(key, made._config.MaximumPerFunction, made._clock, made._logs.CreateLogger<RemotePool>()), this);

    /// <summary>The versions that have workers waiting.</summary>
    public IEnumerable<IdleWorkers> Idle()
        => _pools.Values.Select(pool => new IdleWorkers(pool.Version, pool.Count.Waiting)).Where(idle => idle.Count > 0);

    /// <summary>The server stops: nobody waits for events any more.</summary>
    public void Close()
    {
        foreach (var pool in _pools.Values)
        {
            pool.Close();
        }
    }

    private IEnumerable<Measurement<long>> Read()
    {
        foreach (var pool in _pools.Values)
        {
            var (waiting, busy) = pool.Count;
            yield return new(waiting, new("function", pool.Version), new("state", "waiting"));
            yield return new(busy, new("function", pool.Version), new("state", "busy"));
        }
    }
}
