using System.Buffers;
using Dispatcher.Contracts.Records;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Grains.Shards;

/// <summary>The batches that run beside the loop.</summary>
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

    private async ValueTask TellAsync(ShardEvent happened) => await _mailbox.Writer.WriteAsync(happened, CancellationToken.None);
}
