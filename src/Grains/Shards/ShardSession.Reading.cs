using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Retries;
using Dispatcher.Contracts.Sources;
using System.Diagnostics;

namespace Dispatcher.Grains.Shards;

/// <summary>The read that runs beside the loop.</summary>
internal sealed partial class ShardSession
{
    /// <summary>Lets the source read on while a page is accepted, so that it never waits for the loop where there is room.</summary>
    private void ReadAhead(RecordPage page)
    {
        if (CanRead && _engine.ReadRoomBeside(page) is var room && IsWorthReading(room))
        {
            (_isReading, _read) = (true, ReadAsync(room));
        }
    }

    private void BeginReading(long nowMs, ref long wakeMs)
    {
        if (!CanRead || _engine.ReadRoom is var room && !IsWorthReading(room))
        {
            return;
        }

        // A clock that was set back does not make the wait longer than any wait is; the same below.
        _readNotBeforeMs = Math.Min(_readNotBeforeMs, nowMs + (long)LongestReadWait.TotalMilliseconds);
        if (_readNotBeforeMs > nowMs)
        {
            wakeMs = Math.Min(wakeMs, _readNotBeforeMs);
            return;
        }

        (_isReading, _read) = (true, ReadAsync(room));
    }

    private bool CanRead => !_isReading && !_stopping && !_fenced && _lease.Holds;

    /// <summary>
    /// A read of a few records costs nearly as much as one of many: while batches run, whose end makes more room, it waits for
    /// a part of the whole.
    /// </summary>
    private bool IsWorthReading(int room) => room > 0 && (_engine.Running == 0 || room >= _engine.Plan.WorthReading);

    private async Task ReadAsync(int room)
    {
        ShardEvent happened;
        try
        {
            await Task.Yield();
            happened = new ShardEvent.PageRead(await PollAsync(room));
        }
        catch (OperationCanceledException) when (_reading.IsCancellationRequested)
        {
            happened = ShardEvent.ReadCancelled.Instance;
        }
        catch (Exception e)
        {
            happened = new ShardEvent.ReadFailed(e);
        }

        await TellAsync(happened);
    }

    /// <summary>
    /// Reads in a span of its own, which is not kept where nothing came. Nothing is read for a function that is turned off.
    /// </summary>
    private async ValueTask<RecordPage> PollAsync(int room)
    {
        await _parts.Limits.CurrentAsync(_reading.Token);
        await _parts.Permits.OnAsync(_function, _reading.Token);
        using var span = _parts.Instruments.Span("poll", ActivityKind.Consumer);
        var page = await _reader.ReadAsync(room, _reading.Token);
        if (span is not null)
        {
            span.SetTag("dispatcher.mapping", Config.Uuid).SetTag("dispatcher.shard", _key.Shard).SetTag("messaging.batch.message_count", page.Count);
            page.Trace = span.Context;
            span.ActivityTraceFlags &= page.Count > 0 ? ~ActivityTraceFlags.None : ~ActivityTraceFlags.Recorded;
        }

        return page;
    }

    private void ReadFailed(Exception error)
    {
        if (error is not SourceException)
        {
            throw new InvalidOperationException($"reading shard {_key} broke: {error.Message}", error);
        }

        (_readFailures, _readError) = (_readFailures + 1, error.Message);
        _readNotBeforeMs = NowMs + (long)Backoff.Wait(_readFailures, FirstReadWait, LongestReadWait, _parts.Random).TotalMilliseconds;
        _parts.Instruments.Failed(Config.Uuid, "PollingErrorCount");
        LogReadFailed(_parts.Logger, _key, error.Message);
        Report("PROBLEM: " + error.Message);
    }
}
