using System.Diagnostics;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Shards.Sessions;

/// <summary>Reads a shard, a page at a time, beside the session's loop and as far ahead as the engine has room.</summary>
internal sealed partial class ReadAhead(SessionState state, ResultReports reports)
{
    private readonly RetryPause _pause = new(state.Parts.Random);
    private Task _read = Task.CompletedTask;
    private long _endPosition;
    private bool _hasRead;

    /// <summary>Whether a read is under way. For the loop alone: a task that has told how it ended may not count as completed yet.</summary>
    public bool IsReading { get; private set; }

    /// <summary>Why the source cannot be read now; null where it can.</summary>
    public string? Error { get; private set; }

    /// <summary>
    /// Records between the first gap and the shard's end; null where the end is not known: nothing was read yet, or the source
    /// cannot be read now.
    /// </summary>
    public long? Lag => _endPosition == 0 || Error is not null ? null : Math.Max(0, _endPosition - state.Engine.Next);

    /// <summary>The name of the trouble that a source cannot be read: one for all shards of a mapping, for it mostly fails for all at once.</summary>
    public static string TroubleOf(MappingConfig mapping) => "read " + mapping.Uuid;

    private bool CanRead => !IsReading && !state.IsStopping && !state.IsFenced && state.Shard.Lease.Holds;

    /// <summary>Begins a read where there is room. Returns when to look again, milliseconds; <see cref="long.MaxValue"/>: with the next event.</summary>
    public long Begin(long nowMs)
    {
        if (!CanRead || state.Engine.ReadRoom is var room && !IsWorthReading(room))
        {
            return long.MaxValue;
        }

        if (!_pause.IsOver(nowMs, out var untilMs))
        {
            return untilMs;
        }

        Begin(room);
        return long.MaxValue;
    }

    /// <summary>
    /// Takes a page over. The source reads the next one meanwhile, so that it never waits for the loop where there is room.
    /// </summary>
    public void Read(RecordPage page)
    {
        if (Error is not null || !_hasRead)
        {
            Recovered();
        }

        (IsReading, Error, _hasRead) = (false, null, true);
        _pause.Succeeded();
        if (CanRead && state.Engine.ReadRoomBeside(page) is var room && IsWorthReading(room))
        {
            Begin(room);
        }

        Accept(page);
    }

    /// <summary>The read was cancelled.</summary>
    public void Cancelled() => IsReading = false;

    /// <summary>The read failed and is tried again after a wait.</summary>
    /// <exception cref="InvalidOperationException">The reader is broken.</exception>
    public void Failed(Exception error)
    {
        IsReading = false;
        if (error is not SourceException)
        {
            throw new InvalidOperationException($"reading shard {state.Shard.Key} broke: {error.Message}", error);
        }

        Error = error.Message;
        _pause.Failed(state.NowMs);
        state.Parts.Instruments.Failed(state.Config.Uuid, "PollingErrorCount");
        if (state.Parts.Troubles.Happened(TroubleOf(state.Config), out var untold))
        {
            LogFailed(state.Parts.Logger, state.Shard.Key, error.Message, untold);
        }

        reports.SourceFailed(error.Message);
    }

    /// <summary>Waits for the read that is under way. Never throws.</summary>
    public Task EndAsync() => _read;

    private void Recovered()
    {
        var told = state.Parts.Troubles.Over(TroubleOf(state.Config), out var lasted);
        if (told)
        {
            LogRecovered(state.Parts.Logger, state.Shard.Key, lasted.TotalSeconds);
        }

        if (told || Error is not null)
        {
            reports.SourceWorks();
        }
    }

    /// <summary>
    /// A read of a few records costs nearly as much as one of many: while batches run, whose end makes more room, it waits for
    /// a part of the whole.
    /// </summary>
    private bool IsWorthReading(int room) => room > 0 && (state.Engine.Running == 0 || room >= state.Engine.Plan.WorthReading);

    private void Begin(int room) => (IsReading, _read) = (true, ReadAsync(room));

    private async Task ReadAsync(int room)
    {
        ShardEvent happened;
        try
        {
            await Task.Yield();
            happened = new ShardEvent.PageRead(await PollAsync(room));
        }
        catch (OperationCanceledException) when (state.Reading.IsCancellationRequested)
        {
            happened = ShardEvent.ReadCancelled.Instance;
        }
        catch (Exception e)
        {
            happened = new ShardEvent.ReadFailed(e);
        }

        await state.TellAsync(happened);
    }

    /// <summary>
    /// Reads in a span of its own, which is not kept where nothing came. Nothing is read for a function that is turned off.
    /// </summary>
    private async ValueTask<RecordPage> PollAsync(int room)
    {
        var parts = state.Parts;
        await parts.Permits.OnAsync(state.Function, state.Reading);
        using var span = parts.Instruments.Span("poll", ActivityKind.Consumer);
        var page = await state.Shard.Reader.ReadAsync(room, state.Reading);
        if (span is not null)
        {
            span.SetTag("dispatcher.mapping", state.Config.Uuid).SetTag("dispatcher.shard", state.Shard.Key.Shard).SetTag("messaging.batch.message_count", page.Count);
            page.Trace = span.Context;
            span.ActivityTraceFlags &= page.Count > 0 ? ~ActivityTraceFlags.None : ~ActivityTraceFlags.Recorded;
        }

        return page;
    }

    private void Accept(RecordPage page)
    {
        var (instruments, mapping) = (state.Parts.Instruments, state.Config.Uuid);
        instruments.Polled(mapping, page.Count);
        _endPosition = Math.Max(_endPosition, page.EndPosition);
        var before = state.Engine.Counts;
        state.Engine.Accept(page, state.NowMs);
        var after = state.Engine.Counts;
        if (after.Filtered != before.Filtered)
        {
            instruments.FilteredOut(mapping, after.Filtered - before.Filtered);
        }

        if (after.Skipped != before.Skipped)
        {
            instruments.Skipped(mapping, after.Skipped - before.Skipped);
        }
    }

    [LoggerMessage(EventName = "ReadFailed", Level = LogLevel.Warning, Message = "shard {Shard} cannot be read and is tried again: {Error} ({Untold} more times, of all shards of the mapping, since this was last logged)")]
    private static partial void LogFailed(ILogger logger, ShardKey shard, string error, int untold);

    [LoggerMessage(EventName = "ReadAgain", Level = LogLevel.Information, Message = "shard {Shard} is read again after {Seconds:0.0} s")]
    private static partial void LogRecovered(ILogger logger, ShardKey shard, double seconds);
}
