using System.Diagnostics;
using System.Threading.Channels;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;
using Dispatcher.Grains.Concurrency;
using Dispatcher.Grains.Leases;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Grains.Shards;

/// <summary>
/// A shard between taking a lease and losing its reader: one loop that asks the engine what to do, does it, and feeds what
/// comes of it back. Batches, the read and the save run beside the loop and end as events.
/// </summary>
internal sealed partial class ShardSession : IAsyncDisposable
{
    private static readonly TimeSpan FirstReadWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestReadWait = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LogPace = TimeSpan.FromMinutes(1);
    private const long LongestTimerMs = 60_000;
    private const long ReportEveryMs = 1_000;

    private readonly ShardKey _key;
    private readonly ShardParts _parts;
    private readonly SourceTraits _traits;
    private readonly HeldLease _lease;
    private readonly Func<bool> _mayBegin;
    private readonly IShardReader _reader;
    private readonly Channel<ShardEvent> _mailbox;
    private readonly CancellationToken _abort;
    private readonly CancellationTokenSource _reading = new();
    private readonly ShardEngine _engine;
    private readonly CheckpointKeeper _keeper;
    private readonly ITimer _timer;
    private readonly ShardLag _lag;
    private readonly ConcurrencyGate _gate;
    private readonly ShardGauge _gauge;
    private readonly ShardLedger _past;
    private string _function;
    private readonly HashSet<Task> _batches = [];
    private List<ActivityContext> _ended = [];
    private Task _read = Task.CompletedTask;
    private Task _save = Task.CompletedTask;
    private Task _report = Task.CompletedTask;
    private readonly RepeatLimit _repeats;
    private string? _handOverProblem;
    private string? _result;
    private string? _reported;
    private long _reportNotBeforeMs;
    private string? _readError;
    private long _readNotBeforeMs;
    private int _readFailures;
    private long _saveNotBeforeMs;
    private int _saveFailures;
    private long _endPosition;
    private bool _fenced;
    private bool _stopping;

    // Set and cleared by the loop alone: a task that has told how it ended may not count as completed yet.
    private bool _isReading;
    private bool _isSaving;
    private bool _isReporting;

    public ShardSession(
        ShardKey key,
        MappingConfig config,
        ShardParts parts,
        SourceTraits traits,
        HeldLease lease,
        Checkpoint start,
        IShardReader reader,
        ShardLedger past,
        Channel<ShardEvent> mailbox,
        CancellationToken abort)
    {
        (_key, Config, _parts, _traits, _lease, _reader, _past, _mailbox, _abort) = (key, config, parts, traits, lease, reader, past, mailbox, abort);
        _mayBegin = () => lease.Holds;
        (_gate, _gauge) = (parts.Gates.Rent(key), parts.Board.Enter(key));
        _gate.SetMaximum(config.MaximumConcurrency, config.LastModifiedMs);
        _engine = new ShardEngine(parts.Plans.Compile(config, key.Shard, traits), start, parts.Random);
        _keeper = new CheckpointKeeper(lease, traits, start, parts, reader);
        _function = FunctionName(config);
        _lag = parts.Instruments.Lag(config.Uuid);
        _repeats = new RepeatLimit(parts.Time, LogPace);
        _timer = parts.Time.CreateTimer(_ => _mailbox.Writer.TryWrite(ShardEvent.Tick.Instance), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The configuration as it was last told.</summary>
    public MappingConfig Config { get; private set; }

    private long NowMs => _parts.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Works until the shard ends, is stopped or is taken by somebody else.</summary>
    /// <param name="running">Called at the first sign that reading works.</param>
    /// <param name="stop">Stops reading; batches that run may end.</param>
    public async Task<SessionEnd> RunAsync(Action running, CancellationToken stop)
    {
        await using var stopping = stop.Register(() => _mailbox.Writer.TryWrite(ShardEvent.Stop.Instance));
        while (true)
        {
            LookAtLease();
            if (stop.IsCancellationRequested || _fenced)
            {
                await StopReadingAsync();
            }

            Act();
            if (End() is { } end)
            {
                return end;
            }

            var next = await _mailbox.Reader.ReadAsync(_abort);
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
        _lag.Dispose();
        await _timer.DisposeAsync();
        await _reading.CancelAsync();
        await Task.WhenAll([.. _batches, _read, _save, _report]);
        DropUnread();
        Close();
        _reading.Dispose();
    }

    /// <summary>Does what the engine wants done now.</summary>
    private void Act()
    {
        var now = NowMs;
        var wakeMs = long.MaxValue;
        while (_lease.Holds && !_fenced && !_keeper.MustSave(_engine.Counts.Done) && _engine.TryStart(now, out wakeMs) is { } batch)
        {
            Begin(batch);
        }

        (_lag.Records, _lag.Readable) = (Lag(), _readError is null);
        BeginReading(now, ref wakeMs);
        BeginSaving(now, ref wakeMs);
        BeginReporting(now, ref wakeMs);
        SetTimer(now, wakeMs);
        _gauge.Show(_engine.Counts.InFlight, Lag(), _reader);
    }

    /// <summary>Somebody took the shard: seen here also where nothing is saved.</summary>
    private void LookAtLease()
    {
        if (_lease.IsLost && !_fenced)
        {
            LogFenced(_parts.Logger, _key);
            _fenced = true;
        }
    }

    private SessionEnd? End()
    {
        if (_engine.Running > 0 || _isSaving)
        {
            return null;
        }

        return _fenced ? SessionEnd.Fenced
            : _engine.Finished && !_keeper.Unsaved ? SessionEnd.Finished
            : _stopping && !_isReading && !_keeper.Unsaved ? SessionEnd.Stopped
            : null;
    }

    private void Handle(ShardEvent happened, Action running)
    {
        switch (happened)
        {
            case ShardEvent.PageRead read:
                (_isReading, _readFailures, _readError) = (false, 0, null);
                running();
                ReadAhead(read.Page);
                Accept(read.Page);
                break;
            case ShardEvent.ReadCancelled:
                _isReading = false;
                break;
            case ShardEvent.ReadFailed failed:
                _isReading = false;
                ReadFailed(failed.Error);
                break;
            case ShardEvent.BatchEnded ended:
                if (ended.Span != default && _ended.Count < Limits.SpanLinks)
                {
                    _ended.Add(ended.Span);
                }

                BatchEnded(ended.Batch, ended.Result);
                break;
            case ShardEvent.CheckpointEnded saved:
                _isSaving = false;
                CheckpointEnded(saved);
                break;
            case ShardEvent.Reported:
                _isReporting = false;
                break;
            case ShardEvent.Configured configured:
                (Config, _function) = (configured.Config, FunctionName(configured.Config));
                _gate.SetMaximum(Config.MaximumConcurrency, Config.LastModifiedMs);
                _engine.Update(_parts.Plans.Compile(Config, _key.Shard, _traits));
                break;
            case ShardEvent.Asked asked:
                asked.Answer.SetResult(Status());
                break;
            case ShardEvent.Tick or ShardEvent.Stop:
                break;
            default:
                throw new InvalidOperationException($"unknown event {happened}");
        }
    }

    private static string FunctionName(MappingConfig config)
        => FunctionRef.TryParse(config.FunctionArn, out var function, out _, out _) ? function.Name : "";

    private void Accept(RecordPage page)
    {
        _parts.Instruments.Polled(Config.Uuid, page.Count);
        _endPosition = Math.Max(_endPosition, page.EndPosition);
        var before = _engine.Counts;
        _engine.Accept(page, NowMs);
        var after = _engine.Counts;
        if (after.Filtered != before.Filtered)
        {
            _parts.Instruments.FilteredOut(Config.Uuid, after.Filtered - before.Filtered);
        }

        if (after.Skipped != before.Skipped)
        {
            _parts.Instruments.Skipped(Config.Uuid, after.Skipped - before.Skipped);
        }
    }

    private async Task StopReadingAsync()
    {
        if (_stopping)
        {
            return;
        }

        (_stopping, _engine.Draining) = (true, true);
        await _reading.CancelAsync();
    }

    private void SetTimer(long nowMs, long wakeMs)
    {
        if (wakeMs != long.MaxValue)
        {
            // A window whose records are dated years ahead: no timer waits that long, and to look once a minute costs nothing.
            _timer.Change(TimeSpan.FromMilliseconds(Math.Clamp(wakeMs - nowMs, 1, LongestTimerMs)), Timeout.InfiniteTimeSpan);
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
                    Config = configured.Config;
                    break;
                case ShardEvent.Asked asked:
                    asked.Answer.SetResult(Status());
                    break;
                default:
                    break;
            }
        }
    }
}
