using System.Buffers;
using System.Diagnostics;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Retries;
using Dispatcher.Contracts.Sources;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Grains.Shards;

/// <summary>What runs beside the loop: batches, the read, the save.</summary>
internal sealed partial class ShardSession
{
    private const string FunctionFailed = "PROBLEM: Function call failed";

    private void Begin(Batch batch)
    {
        var work = batch.GivenUp is null ? InvokeAsync(batch) : HandOverAsync(batch);
        if (!work.IsCompleted)
        {
            _batches.Add(work);
        }
    }

    private async Task InvokeAsync(Batch batch)
    {
        BatchResult result;
        BatchCall? call = null;
        try
        {
            call = Call(batch);
            result = await EnterAsync(call) ? await InvokeInsideAsync(call) : BatchResult.NotBegun.Instance;
        }
        catch (Exception e)
        {
            // Cancelled or broken: nobody knows whether the function ran, so it is as if it had not.
            result = new BatchResult.NotRun(new BatchFailure(Guid.Empty, e.Message, null, ""));
        }

        await TellAsync(new ShardEvent.BatchEnded(batch, result) { Span = call?.Span ?? default });
    }

    /// <summary>Waits until the mapping's maximum lets the batch run; false where the shard stops or its lease lapses first.</summary>
    private async ValueTask<bool> EnterAsync(BatchCall call)
    {
        try
        {
            await _gate.EnterAsync(_reading.Token);
            if (_lease.Holds)
            {
                return true;
            }

            _gate.Leave();
        }
        catch (OperationCanceledException) when (_reading.IsCancellationRequested)
        {
            // Given back below.
        }

        ArrayPool<Record>.Shared.Return(call.Rented, clearArray: true);
        return false;
    }

    private async ValueTask<BatchResult> InvokeInsideAsync(BatchCall call)
    {
        try
        {
            return await _parts.Invoker.InvokeAsync(call, _abort);
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Gives a batch to the destination; without one it is dropped, counted and logged.</summary>
    private async Task HandOverAsync(Batch batch)
    {
        BatchResult result;
        try
        {
            result = await _parts.HandOver.DeliverAsync(Call(batch), batch, _abort);
        }
        catch (Exception e)
        {
            // Cancelled or broken: nobody knows whether it arrived, so it is as if it had not.
            result = new BatchResult.HandOverFailed(e.Message);
        }

        await TellAsync(new ShardEvent.BatchEnded(batch, result));
    }

    private BatchCall Call(Batch batch)
        => new(Config, _engine.Plan, _key.Shard, _traits.Kind, _engine.RentRecords(batch), batch.Count)
        {
            Window = batch.Window,
            MayBegin = _mayBegin,
            Traces = _parts.Instruments.Traced ? _engine.Traces(batch) : [],
        };

    private void BatchEnded(Batch batch, BatchResult result)
    {
        _batches.RemoveWhere(t => t.IsCompleted);
        Count(batch, result);
        _engine.Complete(batch, result, NowMs);
        if (_engine.TakeReturned() is { Count: > 0 } returned)
        {
            _reader.Return(returned);
            _parts.Instruments.Returned(Config.Uuid, returned.Count);
        }
    }

    private void Count(Batch batch, BatchResult result)
    {
        var (instruments, mapping) = (_parts.Instruments, Config.Uuid);
        switch (result)
        {
            case BatchResult.Succeeded:
                instruments.Succeeded(mapping, batch.Count);
                Report(_handOverProblem ?? "OK");
                break;
            case BatchResult.HandedOver when batch.Count == 0:
                LogWindowGivenUp(_parts.Logger, _key, batch.Window?.Window.StartMs ?? 0, batch.GivenUp, batch.LastFailure?.Text);
                break;
            case BatchResult.HandedOver { Dropped: true }:
                instruments.Dropped(mapping, batch.Count);
                LogDropped(_parts.Logger, _key, batch.Count, batch.GivenUp, batch.LastFailure?.Text);
                HandedOver();
                break;
            case BatchResult.HandedOver:
                instruments.DeliveredToDestination(mapping, batch.Count);
                HandedOver();
                break;
            case BatchResult.HandOverFailed failed:
                instruments.DestinationFailed(mapping);
                HandOverFailed(failed.Text);
                break;
            case BatchResult.Failed failed:
                CountFailed(batch.Count, failed.Failure);
                break;
            case BatchResult.FailedFrom from:
                instruments.Succeeded(mapping, from.FirstFailed);
                CountFailed(batch.Count - from.FirstFailed, from.Failure);
                break;
            case BatchResult.FailedSome some:
                instruments.Succeeded(mapping, batch.Count - some.FailedIndexes.Count);
                CountFailed(some.FailedIndexes.Count, some.Failure);
                break;
            case BatchResult.TooLarge tooLarge:
                CountFailed(batch.Count, tooLarge.Failure);
                break;
            case BatchResult.NotBegun:
                break;
            case BatchResult.NotRun notRun:
                instruments.Failed(mapping, "InvokeErrorCount");
                NotRun(notRun.Failure.Text);
                Report("PROBLEM: " + notRun.Failure.Text);
                break;
            default:
                throw new InvalidOperationException($"unknown result {result}");
        }
    }

    /// <summary>
    /// A destination that takes nothing holds its lane without end. The owner is to see that also while other lanes go well, and
    /// not to find the same line in the log at every try.
    /// </summary>
    private void HandOverFailed(string error)
    {
        _handOverProblem = "PROBLEM: the on-failure destination does not take a failed batch: " + error;
        Report(_handOverProblem);
        if (_repeats.Admit(nameof(LogHandOverFailed), out var untold))
        {
            LogHandOverFailed(_parts.Logger, _key, error, untold);
        }
    }

    /// <summary>The destination takes batches; where another lane's is still refused, its next try says so again.</summary>
    private void HandedOver()
    {
        if (_handOverProblem is not null)
        {
            _handOverProblem = null;
            Report(FunctionFailed);
        }
    }

    private void NotRun(string error)
    {
        if (_repeats.Admit(nameof(LogNotRun), out var untold))
        {
            LogNotRun(_parts.Logger, _key, error, untold);
        }
    }

    private void CountFailed(int records, BatchFailure failure)
    {
        _parts.Instruments.FailedInvoke(Config.Uuid, records);
        LogFailed(_parts.Logger, _key, records, failure.RequestId, failure.Text);
        Report(_handOverProblem ?? FunctionFailed);
    }

    /// <summary>Shows the owner what the last batch came to; told only where it has changed, and beside the work.</summary>
    private void Report(string result) => _result = result;

    private void BeginReporting()
    {
        if (_result != _reported && !_isReporting && !_stopping)
        {
            (_reported, _isReporting) = (_result, true);
            _report = ReportAsync(_result!);
        }
    }

    private async Task ReportAsync(string result)
    {
        try
        {
            await Task.Yield();
            await _parts.Grains.Mapping(_key.Mapping).ReportAsync(result, _reading.Token);
        }
        catch (OperationCanceledException) when (_reading.IsCancellationRequested)
        {
            // The shard ends; what it would have said is not needed.
        }
        catch (Exception e)
        {
            LogReportFailed(_parts.Logger, _key, e);
        }

        await TellAsync(ShardEvent.Reported.Instance);
    }

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

    private void BeginSaving(long nowMs, ref long wakeMs)
    {
        if (_isSaving || _fenced)
        {
            return;
        }

        _saveNotBeforeMs = Math.Min(_saveNotBeforeMs, nowMs + (long)LongestReadWait.TotalMilliseconds);
        if (_saveNotBeforeMs > nowMs)
        {
            wakeMs = Math.Min(wakeMs, _saveNotBeforeMs);
            return;
        }

        if (_engine.TakeCheckpoint() is not { } checkpoint)
        {
            return;
        }

        var after = _ended;
        (_isSaving, _keeper.Unsaved, _ended) = (true, true, []);
        _save = SaveAsync(checkpoint, after, _engine.Passed, _engine.Counts.Done);
    }

    private async Task SaveAsync(Checkpoint checkpoint, IReadOnlyList<ActivityContext> after, long passed, long done)
    {
        await Task.Yield();
        ShardEvent ended;
        try
        {
            ended = new ShardEvent.CheckpointEnded(await _keeper.SaveAsync(checkpoint, after, _abort), passed, done, null);
        }
        catch (Exception e)
        {
            ended = new ShardEvent.CheckpointEnded(CheckpointWrite.Unknown, passed, done, e);
        }

        await TellAsync(ended);
    }

    private void CheckpointEnded(ShardEvent.CheckpointEnded ended)
    {
        switch (ended.Write)
        {
            case CheckpointWrite.Saved:
                _saveFailures = 0;
                _keeper.Saved(ended.Done);
                _parts.Instruments.Committed(Config.Uuid, _keeper.Passed(ended.Passed));
                break;
            case CheckpointWrite.Fenced:
                LogFenced(_parts.Logger, _key);
                _fenced = true;
                break;
            default:
                SaveFailed(ended.Error);
                break;
        }
    }

    /// <summary>The store or the source is away: the work goes on as far as its bounds allow, and the save is tried again.</summary>
    private void SaveFailed(Exception? error)
    {
        _engine.CheckpointLost();
        _saveFailures++;
        _saveNotBeforeMs = NowMs + (long)Backoff.Wait(_saveFailures, FirstReadWait, LongestReadWait, _parts.Random).TotalMilliseconds;
        _parts.Instruments.Failed(Config.Uuid, "CommitErrorCount");
        LogSaveFailed(_parts.Logger, _key, error);
    }

    private async ValueTask TellAsync(ShardEvent happened) => await _mailbox.Writer.WriteAsync(happened, CancellationToken.None);
}
