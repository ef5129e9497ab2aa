using System.Collections.Concurrent;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Leases;

/// <summary>
/// The leases of this silo. In a cluster one task asks the store for all of them at once, a few times within the lease time,
/// except for those that a saved checkpoint has confirmed meanwhile. In one process there is nothing to ask for.
/// </summary>
internal sealed partial class LeaseBook : IStorePulse, IAsyncDisposable
{
    private readonly ICheckpointStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _length;
    private readonly TimeSpan _period;
    private readonly ConcurrentDictionary<HeldLease, byte> _held = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lazy<Task> _renewing;
    private long _answered;
    private bool _silent;
    private volatile bool _asking;
    private bool _disposed;

    public LeaseBook(IStore store, DispatcherConfig config, TimeProvider time, ILogger<LeaseBook> logger)
    {
        (_store, _time, _logger) = (store.Checkpoints, time, logger);
        _length = config.Cluster.Enabled ? TimeSpan.FromSeconds(config.Cluster.LeaseSeconds) : Timeout.InfiniteTimeSpan;
        _period = _length / Limits.LeaseRenewals;
        _renewing = new(() => Task.Run(RenewAsync, CancellationToken.None));
    }

    /// <inheritdoc/>
    public bool Answers => _asking && _time.GetElapsedTime(Volatile.Read(ref _answered)) < _length;

    /// <inheritdoc/>
    public bool Lapsed => _asking && !Answers;

    /// <inheritdoc/>
    public TimeSpan LeaseTime => _length;

    /// <summary>Keeps a lease until it is disposed.</summary>
    /// <param name="lease">What was taken.</param>
    /// <param name="takenAt">Time stamp from before it was taken.</param>
    /// <param name="changed">Called when it is good again or lost; must not block.</param>
    public HeldLease Enter(ShardLease lease, long takenAt, Action changed)
    {
        var held = new HeldLease(new LeaseClaim(lease.Shard, lease.Epoch), takenAt, _length, _time, changed, h => _held.TryRemove(h, out _));
        if (_length != Timeout.InfiniteTimeSpan && !_disposed)
        {
            _held[held] = 0;
            using var apart = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
            _ = _renewing.Value;
        }

        return held;
    }

    /// <summary>May come twice: the book is registered under two names.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await _stop.CancelAsync();
        if (_renewing.IsValueCreated)
        {
            await _renewing.Value;
        }

        _stop.Dispose();
    }

    private async Task RenewAsync()
    {
        Volatile.Write(ref _answered, _time.GetTimestamp());
        _asking = true;
        using var timer = new PeriodicTimer(_period, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await RenewOnceAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The silo ends; so do its leases.
        }
    }

    private async Task RenewOnceAsync()
    {
        var at = _time.GetTimestamp();
        using var patience = new CancellationTokenSource(_length, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, patience.Token);
        try
        {
            var due = _held.Keys.Where(one => !one.IsLost && one.Age >= _period).ToList();
            var lost = (await _store.ConfirmAsync(due.ConvertAll(one => one.Claim), either.Token)).ToHashSet();
            Settle(due, lost, at);
            Answered(at);
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            if (!_silent)
            {
                LogSilent(_logger, _held.Count, (int)_length.TotalSeconds, e);
            }

            _silent = true;
        }
    }

    private static void Settle(List<HeldLease> asked, HashSet<LeaseClaim> lost, long at)
    {
        foreach (var one in asked)
        {
            if (lost.Contains(one.Claim))
            {
                one.Lose();
            }
            else
            {
                one.Confirm(at);
            }
        }
    }

    private void Answered(long at)
    {
        Volatile.Write(ref _answered, at);
        if (_silent)
        {
            LogAnswered(_logger);
        }

        _silent = false;
    }

    [LoggerMessage(EventName = "LeasesNotConfirmed", Level = LogLevel.Warning, Message = "the leases of {Shards} shards could not be confirmed; unless the store answers within {Seconds} s of the last time, they begin no more invocations until it does")]
    private static partial void LogSilent(ILogger logger, int shards, int seconds, Exception error);

    [LoggerMessage(EventName = "LeasesConfirmed", Level = LogLevel.Information, Message = "the store confirms leases again")]
    private static partial void LogAnswered(ILogger logger);
}
