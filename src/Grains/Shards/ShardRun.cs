using System.Threading.Channels;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Retries;
using Dispatcher.Contracts.Sources;
using Dispatcher.Grains.Shards.Sessions;
using Dispatcher.Grains.Sources;

namespace Dispatcher.Grains.Shards;

/// <summary>
/// A shard's work from taking its lease to giving it up. One task owns everything; others only put events into its mailbox.
/// What breaks is begun again from the last checkpoint, after a wait.
/// </summary>
internal sealed partial class ShardRun
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(Limits.FirstRestartMs);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(Limits.LongestRestartMs);

    private readonly ShardKey _key;
    private readonly ShardParts _parts;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly Channel<ShardEvent> _mailbox;
    private MappingConfig _config;
    private ShardLedger _ledger = ShardLedger.Empty;
    private long _told;
    private Task _work = Task.CompletedTask;
    private volatile string? _error;
    private volatile bool _ended;
    private volatile ShardSession? _session;

    private ShardRun(ShardKey key, MappingConfig config, ShardParts parts)
    {
        (_key, _config, _parts, _told) = (key, config, parts, config.LastModifiedMs);

        // Everything that is under way at a time puts in one event: batches, a read, a save, the timer, callers in turn. With
        // room for all of them nobody ever waits for a loop that has ended.
        _mailbox = Channel.CreateBounded<ShardEvent>(new BoundedChannelOptions(Limits.ParallelizationFactor + 64) { SingleReader = true });
    }

    /// <summary>True once the shard was given up: it was read to its end, taken by another owner, or stopped.</summary>
    public bool Ended => _ended;

    /// <summary>Starts the work.</summary>
    public static ShardRun Start(ShardKey key, MappingConfig config, ShardParts parts)
    {
        var run = new ShardRun(key, config, parts);
        using var apart = ExecutionContext.SuppressFlow();
        run._work = Task.Run(run.WorkAsync, CancellationToken.None);
        return run;
    }

    /// <summary>Goes on with another configuration; false where that needs another connection or the run has ended.</summary>
    public async ValueTask<bool> TryConfigureAsync(MappingConfig config, CancellationToken cancellation)
    {
        if (_ended || SourceKey.Of(config) != SourceKey.Of(_config))
        {
            return false;
        }

        if (config.LastModifiedMs != _told)
        {
            _told = config.LastModifiedMs;
            _parts.Sources.Tell(config);
            await _mailbox.Writer.WriteAsync(new ShardEvent.Configured(config), cancellation);
        }

        return true;
    }

    /// <summary>
    /// Stops reading, waits for the batches that run and for the last checkpoint. Cancelling leaves the batches behind: their
    /// outcome is not known and their records come again.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        await _stop.CancelAsync();
        _mailbox.Writer.TryWrite(ShardEvent.Stop.Instance);
        await using var aborting = cancellation.Register(_abort.Cancel);
        await _work;
    }

    /// <summary>What the shard does now.</summary>
    public async Task<ShardStatus> StatusAsync(CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<ShardStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_ended || _session is null || !_mailbox.Writer.TryWrite(new ShardEvent.Asked(answer)))
        {
            return NotRunning();
        }

        var first = await Task.WhenAny(answer.Task, _work).WaitAsync(cancellation);
        return first == answer.Task ? await answer.Task : NotRunning();
    }

    private ShardStatus NotRunning() => new(_key.Shard, false, 0, null, 0, []) { Error = _error, Ended = _ended, Ledger = _ledger };

    private async Task WorkAsync()
    {
        var failures = 0;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var end = await RunOnceAsync(() => failures = 0);
                if (end != SessionEnd.Broken)
                {
                    break;
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                Broken(e);
                await ReportAsync(e is SourceException ? e.Message : "an internal error; the server's log has it");
            }

            failures++;
            await WaitAsync(Backoff.Wait(failures, FirstWait, LongestWait, _parts.Random));
        }

        _ended = true;
    }

    private async Task<SessionEnd> RunOnceAsync(Action running)
    {
        await using var loan = _parts.Sources.Rent(_config);
        var source = loan.Source;
        var traits = await source.TraitsAsync(_stop.Token);
        var at = _parts.Time.GetTimestamp();
        var lease = await _parts.Store.Checkpoints.TakeAsync(_key, Environment.MachineName, _stop.Token);
        var start = await StartAsync(lease, source, traits);
        if (start.Ended)
        {
            await ReportEndAsync();
            return SessionEnd.Finished;
        }

        using var held = _parts.Leases.Enter(lease, at, () => _mailbox.Writer.TryWrite(ShardEvent.Tick.Instance));
        await using var reader = await source.OpenAsync(_key.Shard, start.Next, _stop.Token);
        _error = null;
        var shard = new OpenShard(_key, traits, held, start, reader) { Config = _config, Past = _ledger };
        var session = new ShardSession(shard, _parts, _mailbox, _abort.Token);
        _session = session;
        try
        {
            var end = await session.RunAsync(running, _stop.Token);
            if (end == SessionEnd.Finished)
            {
                await ReportEndAsync();
            }

            return end;
        }
        finally
        {
            _session = null;
            _config = session.Config;
            await session.DisposeAsync();
            _ledger = session.Closed();
        }
    }

    /// <summary>Where to go on: at the checkpoint, or at the beginning for a shard that came after the mapping.</summary>
    private async ValueTask<Checkpoint> StartAsync(ShardLease lease, ISource source, SourceTraits traits)
    {
        if (traits.BrokerKeepsPosition)
        {
            return new Checkpoint(lease.Checkpoint?.Next ?? 0)
            {
                Windows = lease.Checkpoint?.Windows ?? [],
                Troubled = lease.Checkpoint?.Troubled ?? [],
            };
        }

        if (lease.Checkpoint is { Ended: false } known)
        {
            return known;
        }

        // What ended below the first record was another shard of this name, of a stream that was deleted and made anew.
        var first = new Checkpoint(await source.ResolveAsync(_key.Shard, new StartAt.TrimHorizon(), _stop.Token));
        return lease.Checkpoint is { } ended && ended.Next >= first.Next ? ended : first;
    }

    private async Task ReportEndAsync()
        => await _parts.Grains.Mapping(_key.Mapping).ShardEndedAsync(_key.Shard, _stop.Token);

    private void Broken(Exception error)
    {
        _error = error.Message;
        _parts.Instruments.Failed(_config.Uuid, "PollingErrorCount");
        if (error is SourceException source)
        {
            if (_parts.Troubles.Happened(ReadAhead.TroubleOf(_config), out var untold))
            {
                LogSourceFailed(_parts.Logger, _key, source.Message, untold);
            }
        }
        else
        {
            LogBroken(_parts.Logger, _key, error);
        }
    }

    /// <summary>Shows the owner why nothing comes; the next batch that succeeds shows that it is over.</summary>
    private async Task ReportAsync(string problem)
    {
        try
        {
            await _parts.Grains.Mapping(_key.Mapping).ReportAsync("PROBLEM: " + problem, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The shard is given up; the loop sees it.
        }
        catch (Exception e)
        {
            LogReportFailed(_parts.Logger, _key, e);
        }
    }

    private async Task WaitAsync(TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait, _parts.Time, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped while waiting: the loop sees it.
        }
    }
}
