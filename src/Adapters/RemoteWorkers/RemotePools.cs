using System.Diagnostics.Metrics;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Invocations;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.RemoteWorkers;

/// <summary>The remote workers of all functions. A pool is there as long as a request or an invocation is with it: it keeps nothing beyond that.</summary>
internal sealed class RemotePools
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, RemotePool> _pools = new(StringComparer.Ordinal);
    private readonly RemoteWorkersConfig _config;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _logs;
    private bool _closed;

    public RemotePools(DispatcherConfig config, TimeProvider clock, Instruments instruments, ILoggerFactory logs)
    {
        (_config, _clock, _logs) = (config.RemoteWorkers, clock, logs);
        instruments.Observe("dispatcher.remote_workers", "{worker}", "Remote workers that are connected to this process", Read);
    }

    /// <summary>The workers of a function version, until the use is disposed.</summary>
    /// <param name="version"><c>function:version</c>.</param>
    public RemotePoolUse Use(string version)
    {
        lock (_gate)
        {
            if (!_pools.TryGetValue(version, out var pool))
            {
                pool = new RemotePool(version, _config.MaximumPerFunction, _clock, _logs.CreateLogger<RemotePool>());
                _pools[version] = pool;
                if (_closed)
                {
                    pool.Close();
                }
            }

            pool.Uses++;
            return new RemotePoolUse(this, pool);
        }
    }

    /// <summary>The workers of a function version; null where none is connected and nothing waits for one.</summary>
    public RemotePool? Find(string version)
    {
        lock (_gate)
        {
            return _pools.GetValueOrDefault(version);
        }
    }

    /// <summary>A use is over.</summary>
    public void Leave(RemotePool pool)
    {
        lock (_gate)
        {
            if (--pool.Uses == 0)
            {
                _pools.Remove(pool.Version);
            }
        }
    }

    /// <summary>The versions that have workers waiting.</summary>
    public IEnumerable<IdleWorkers> Idle()
        => All().Select(pool => new IdleWorkers(pool.Version, pool.Count.Waiting)).Where(idle => idle.Count > 0);

    /// <summary>The server stops: nobody waits for events any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }

        foreach (var pool in All())
        {
            pool.Close();
        }
    }

    private RemotePool[] All()
    {
        lock (_gate)
        {
            return [.. _pools.Values];
        }
    }

    private IEnumerable<Measurement<long>> Read()
    {
        foreach (var pool in All())
        {
            var (waiting, busy) = pool.Count;
            yield return new(waiting, new("function", pool.Version), new("state", "waiting"));
            yield return new(busy, new("function", pool.Version), new("state", "busy"));
        }
    }
}
