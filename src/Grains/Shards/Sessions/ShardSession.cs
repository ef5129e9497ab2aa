using System.Threading.Channels;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Grains.Shards.Sessions;

/// <summary>
/// A shard between taking a lease and losing its reader: one loop that asks the engine what to do, has its parts do it, and feeds
/// what comes of it back. Batches, the read, the save and the report run beside the loop and end as events.
/// </summary>
internal sealed class ShardSession : IAsyncDisposable
{
    private readonly Channel<ShardEvent> _mailbox;
    private readonly SessionState _state;
    private readonly ResultReports _reports;
    private readonly ReadAhead _reading;
    private readonly RunningBatches _batches;
    private readonly BatchOutcomes _outcomes;
    private readonly CheckpointSaver _saver;
    private readonly SessionView _view;
    private readonly ITimer _timer;

    /// <param name="shard">The shard.</param>
    /// <param name="parts">What every shard works with.</param>
    /// <param name="mailbox">Brings the session's events; others may put some in.</param>
    /// <param name="abort">Ends everything at once; what runs is left behind.</param>
    public ShardSession(OpenShard shard, ShardParts parts, Channel<ShardEvent> mailbox, CancellationToken abort)
    {
        _mailbox = mailbox;
        _state = new SessionState(shard, parts, mailbox.Writer, abort);
        _reports = new ResultReports(_state);
        _reading = new ReadAhead(_state, _reports);
        _batches = new RunningBatches(_state);
        _outcomes = new BatchOutcomes(_state, _reports);
        _saver = new CheckpointSaver(_state);
        _view = new SessionView(_state, _reading, _outcomes);
        _timer = parts.Time.CreateTimer(_ => mailbox.Writer.TryWrite(ShardEvent.Tick.Instance), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The configuration as it was last told.</summary>
    public MappingConfig Config => _state.Config;

    /// <summary>Everything that was read in this and earlier sessions, when this one is over.</summary>
    public ShardLedger Closed() => _view.Closed();

    /// <summary>Works until the shard ends, is stopped or is taken by somebody else.</summary>
    /// <param name="running">Called at the first sign that reading works.</param>
    /// <param name="stop">Stops reading; batches that run may end.</param>
    public async Task<SessionEnd> RunAsync(Action running, CancellationToken stop)
    {
        await using var stopping = stop.Register(() => _mailbox.Writer.TryWrite(ShardEvent.Stop.Instance));
        while (true)
        {
            LookAtLease();
            if (stop.IsCancellationRequested || _state.IsFenced)
            {
                await _state.StopAsync();
            }

            Act();
            if (End() is { } end)
            {
                return end;
            }

            var next = await _mailbox.Reader.ReadAsync(_state.Abort);
            do
            {
                Handle(next, running);
            }
            while (_mailbox.Reader.TryRead(out next!));
        }
    }

    /// <summary>Ends everything that the session began.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _state.StopAsync();
        await Task.WhenAll(_batches.EndAsync(), _reading.EndAsync(), _saver.EndAsync(), _reports.EndAsync());
        DropUnread();
        _view.Close();
        _batches.Close();
        _state.Dispose();
    }

    /// <summary>Does what the engine wants done now.</summary>
    private void Act()
    {
        var now = _state.NowMs;
        var wakeMs = long.MaxValue;
        while (_state.Shard.Lease.Holds && !_state.IsFenced && !_saver.MustSave && _state.Engine.TryStart(now, out wakeMs) is { } batch)
        {
            _batches.Begin(batch);
        }

        wakeMs = Math.Min(wakeMs, _reading.Begin(now));
        wakeMs = Math.Min(wakeMs, _saver.Begin(now));
        wakeMs = Math.Min(wakeMs, _reports.Begin(now));
        SetTimer(now, wakeMs);
        _view.Show();
    }

    /// <summary>Somebody took the shard: seen here also where nothing is saved.</summary>
    private void LookAtLease()
    {
        if (_state.Shard.Lease.IsLost)
        {
            _state.Fence();
        }
    }

    private SessionEnd? End()
    {
        if (_state.Engine.Running > 0 || _saver.IsSaving)
        {
            return null;
        }

        return _state.IsFenced ? SessionEnd.Fenced
            : _state.Engine.Finished && !_saver.HasUnsaved ? SessionEnd.Finished
            : _state.IsStopping && !_reading.IsReading && !_saver.HasUnsaved ? SessionEnd.Stopped
            : null;
    }

    private void Handle(ShardEvent happened, Action running)
    {
        switch (happened)
        {
            case ShardEvent.PageRead read:
                running();
                _reading.Read(read.Page);
                break;
            case ShardEvent.ReadCancelled:
                _reading.Cancelled();
                break;
            case ShardEvent.ReadFailed failed:
                _reading.Failed(failed.Error);
                break;
            case ShardEvent.BatchEnded ended:
                BatchEnded(ended);
                break;
            case ShardEvent.CheckpointEnded saved:
                _saver.Ended(saved);
                break;
            case ShardEvent.Reported:
                _reports.Ended();
                break;
            case ShardEvent.Configured configured:
                _state.Configure(configured.Config);
                _batches.Configure();
                break;
            case ShardEvent.Asked asked:
                asked.Answer.SetResult(_view.Status());
                break;
            case ShardEvent.Tick or ShardEvent.Stop:
                break;
            default:
                throw new InvalidOperationException($"unknown event {happened}");
        }
    }

    private void BatchEnded(ShardEvent.BatchEnded ended)
    {
        _saver.After(ended.Span);
        _batches.ForgetEnded();
        _outcomes.Count(ended.Batch, ended.Result);
        _state.Engine.Complete(ended.Batch, ended.Result, _state.NowMs);
        if (_state.Engine.TakeReturned() is { Count: > 0 } returned)
        {
            _state.Shard.Reader.Return(returned);
            _state.Parts.Instruments.Returned(Config.Uuid, returned.Count);
        }
    }

    private void SetTimer(long nowMs, long wakeMs)
    {
        if (wakeMs != long.MaxValue)
        {
            // A window whose records are dated years ahead: no timer waits that long, and to look once a minute costs nothing.
            _timer.Change(TimeSpan.FromMilliseconds(Math.Clamp(wakeMs - nowMs, 1, Limits.ShardTimerMs)), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Events that nobody handled any more: pages go back to the pool, those who asked get an answer.</summary>
    private void DropUnread()
    {
        while (_mailbox.Reader.TryRead(out var left))
        {
            switch (left)
            {
                case ShardEvent.PageRead read:
                    read.Page.Dispose();
                    break;
                case ShardEvent.Configured configured:
                    _state.Keep(configured.Config);
                    break;
                case ShardEvent.Asked asked:
                    asked.Answer.SetResult(_view.Status());
                    break;
                default:
                    break;
            }
        }
    }
}
