using System.Buffers;
using System.Diagnostics;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Records;
using Dispatcher.Pipeline.Retries;
using Dispatcher.Pipeline.Windows;

namespace Dispatcher.Pipeline.Shards;

/// <summary>Which batch runs now.</summary>
internal sealed partial class ShardEngine
{
    /// <summary>
    /// The next batch that is to be invoked (or, where <see cref="Batch.GivenUp"/> says so, handed over) now; null where none
    /// is. Then <paramref name="wakeMs"/> is when to ask again, long.MaxValue where only an event can change anything.
    /// </summary>
    public Batch? TryStart(long nowMs, out long wakeMs)
    {
        wakeMs = long.MaxValue;
        if (Draining || _relaning)
        {
            return null;
        }

        Recall(nowMs, ref wakeMs);
        var full = Full;
        for (var i = 0; i < _lanes.Count; i++)
        {
            var lane = _lanes.Turn(i);
            if (lane.Running is null && Pick(lane, nowMs, full, ref wakeMs) is { } batch)
            {
                lane.Running = batch;
                batch.Lane = lane.Index;
                _running.Add(batch);
                _lanes.NextTurn();
                return batch;
            }
        }

        return null;
    }

    /// <summary>Copies a batch's records into pooled memory that the caller gives back, so that another thread can read them.</summary>
    public Record[] RentRecords(Batch batch)
    {
        var records = ArrayPool<Record>.Shared.Rent(batch.Count);
        _window.CopyTo(batch.Numbers, records);
        return records;
    }

    /// <summary>The spans of the reads that a batch's records came with, in their order; at most <see cref="Limits.SpanLinks"/>.</summary>
    public List<ActivityContext> Traces(Batch batch)
    {
        var traces = new List<ActivityContext>();
        for (var i = 0; i < batch.Count && traces.Count < Limits.SpanLinks; i++)
        {
            var trace = _window.Entry(batch.Numbers[i]).Hold!.Page.Trace;
            if (trace != default && (traces.Count == 0 || traces[^1] != trace))
            {
                traces.Add(trace);
            }
        }

        return traces;
    }

    private Batch? Pick(Lane lane, long nowMs, bool full, ref long wakeMs)
    {
        if (lane.First.First is { Value: var first })
        {
            return first.Count == 0 || first.Restoring || EndWindow(lane, WaitingMs(first.Numbers[0]), nowMs, ref wakeMs) is not { } final
                ? PickFirst(lane, first, nowMs, ref wakeMs)
                : final;
        }

        var waiting = lane.Backlog.Count > 0 ? WaitingMs(lane.Backlog.First) : null;
        if (EndWindow(lane, waiting, nowMs, ref wakeMs) is { } end)
        {
            return end;
        }

        if (_planAfterWindows is not null || lane.Backlog.Count == 0 || !Closes(lane, nowMs, full, ref wakeMs))
        {
            return null;
        }

        return Begin(lane, new Batch(lane.Index, Take(lane)), nowMs);
    }

    /// <summary>A batch that comes before the backlog: a part of a bisected one, one of an earlier life, one that failed.</summary>
    private Batch? PickFirst(Lane lane, Batch first, long nowMs, ref long wakeMs)
    {
        // A clock that was set back does not make the wait longer than any wait is.
        first.NotBeforeMs = Math.Min(first.NotBeforeMs, nowMs + _plan.Retry.LongestMs);
        if (first.Restoring || first.NotBeforeMs > nowMs)
        {
            wakeMs = first.Restoring ? wakeMs : Math.Min(wakeMs, first.NotBeforeMs);
            return null;
        }

        lane.First.RemoveFirst();
        return Begin(lane, first, nowMs);
    }

    private Batch Begin(Lane lane, Batch batch, long nowMs)
    {
        Judge(batch, lane, nowMs);
        EnterWindow(lane, batch);
        return batch;
    }

    /// <summary>The time of a record that waits, where windows ask for it.</summary>
    private long? WaitingMs(long number) => _plan.TumblingMs == 0 ? 0 : TimeOf(number);

    /// <summary>Whether what waits is a batch: it is full, it has waited long enough, or nothing more can come.</summary>
    private bool Closes(Lane lane, long nowMs, bool full, ref long wakeMs)
    {
        var backlog = lane.Backlog;
        if (backlog.Count >= _plan.BatchSize || _plan.WindowMs == 0 || full || Ended || backlog.Bytes + Around(lane) >= _plan.PayloadBytes)
        {
            return true;
        }

        var closesAt = _window.Entry(backlog.First).ArrivedMs + _plan.WindowMs;
        if (_plan.TumblingMs > 0)
        {
            closesAt = Math.Min(closesAt, WindowStart(backlog.First) + _plan.TumblingMs);
        }

        if (closesAt <= nowMs || closesAt - nowMs > _plan.WindowMs)
        {
            // Over, or the clock was set back since the record came.
            return true;
        }

        wakeMs = Math.Min(wakeMs, closesAt);
        return false;
    }

    /// <summary>Takes up to BatchSize records of one window and no more than fit into a payload, but one at least.</summary>
    private long[] Take(Lane lane)
    {
        var backlog = lane.Backlog;
        var numbers = new long[Math.Min(backlog.Count, _plan.BatchSize)];
        var endMs = _plan.TumblingMs == 0 ? long.MaxValue : (lane.Window?.StartMs ?? WindowStart(backlog.First)) + _plan.TumblingMs;
        long bytes = Around(lane);
        var count = 0;
        while (count < numbers.Length)
        {
            var size = _window.Entry(backlog.First).Size;
            if (count > 0 && (bytes + size > _plan.PayloadBytes || (endMs != long.MaxValue && TimeOf(backlog.First) >= endMs)))
            {
                break;
            }

            bytes += size;
            numbers[count++] = backlog.Take(size);
        }

        return count == numbers.Length ? numbers : numbers[..count];
    }

    /// <summary>Bytes of a payload that are not records.</summary>
    private long Around(Lane lane) => _plan.TumblingMs == 0
        ? _plan.Shape.EnvelopeBytes
        : _plan.Shape.EnvelopeBytes + (2L * WindowPayload.FixedBytes) + (lane.Window?.State.Length ?? 0);

    /// <summary>
    /// Looks at a batch before it runs: too old records are given up (those after them wait behind), and so is a batch that
    /// an earlier life had given up already.
    /// </summary>
    private void Judge(Batch batch, Lane lane, long nowMs)
    {
        if (batch.GivenUp is not null)
        {
            return;
        }

        if (FailurePolicy.Exhausted(_plan.Retry, batch.Attempts))
        {
            batch.GivenUp = GiveUpReason.RetryAttemptsExhausted;
            _changed |= _plan.Remembers;
            return;
        }

        var expired = 0;
        while (_plan.Retry.MaximumAgeMs >= 0 && expired < batch.Count
            && FailurePolicy.Expired(_plan.Retry, BornMs(batch, _window.Record(batch.Numbers[expired])), nowMs))
        {
            expired++;
        }

        if (expired == 0)
        {
            return;
        }

        if (expired < batch.Count)
        {
            lane.First.AddFirst(batch.Part(lane.Index, batch.Numbers[expired..]));
            batch.Numbers = batch.Numbers[..expired];
        }

        batch.GivenUp = GiveUpReason.RecordAgeExceeded;
        _changed |= _plan.Remembers;
    }

    /// <summary>The time from which a record's age counts. One without a time of its own is as old as what is known of it.</summary>
    private static long BornMs(Batch batch, in Record record)
        => (record.Flags & RecordFlags.NoTimestamp) != 0 && batch.FirstFailureMs > 0
            ? Math.Min(record.TimestampMs, batch.FirstFailureMs)
            : record.TimestampMs;
}
