using Dispatcher.Pipeline.Retries;

namespace Dispatcher.Pipeline.Shards;

/// <summary>What follows from how a batch ended.</summary>
internal sealed partial class ShardEngine
{
    /// <summary>A batch has ended. What is not success leads back to the lane or to the destination, never on.</summary>
    public void Complete(Batch batch, BatchResult result, long nowMs)
    {
        Release(batch);
        switch (result)
        {
            case BatchResult.Succeeded succeeded:
                _succeeded += batch.Count;
                LeaveWindow(batch, succeeded.State);
                FinishAll(batch.Numbers);
                break;
            case BatchResult.HandedOver handed:
                CountHandedOver(batch.Count, handed.Dropped);
                LeaveWindow(batch, default);
                FinishAll(batch.Numbers);
                break;
            case BatchResult.Failed failure:
                Failed(batch, failure.Failure, nowMs);
                break;
            case BatchResult.FailedFrom from:
                FailedFrom(batch, from, nowMs);
                break;
            case BatchResult.FailedSome some:
                FailedSome(batch, some, nowMs);
                break;
            case BatchResult.NotBegun:
                _lanes.Requeue(batch, _window);
                break;
            case BatchResult.NotRun notRun:
                batch.LastFailure = notRun.Failure;
                Later(batch, nowMs);
                break;
            case BatchResult.TooLarge tooLarge:
                batch.LastFailure = tooLarge.Failure;
                TooLarge(batch);
                break;
            case BatchResult.HandOverFailed failed:
                batch.DestinationError = failed.Text;
                Later(batch, nowMs);
                break;
            default:
                throw new InvalidOperationException($"unknown result {result}");
        }

        ApplyPlanAfterWindows();
    }

    private void Failed(Batch batch, BatchFailure failure, long nowMs)
    {
        Note(batch, failure, nowMs);
        if (_plan.ReturnsFailed && batch.Count > 0 && !(_plan.Retry.Bisect && batch.Count > 1))
        {
            GiveBack(batch);
            return;
        }

        Apply(batch, FailurePolicy.AfterFailure(_plan.Retry, batch, nowMs, _random));
    }

    private void TooLarge(Batch batch)
    {
        if (_plan.ReturnsFailed)
        {
            GiveBack(batch);
            return;
        }

        Apply(batch, new Verdict.GiveUp(GiveUpReason.MaximumPayloadSizeExceeded));
    }

    /// <summary>
    /// The records before the first failed one are done. With bisect the rest is a batch of its own and no attempt is used up;
    /// else its new first record has failed once.
    /// </summary>
    private void FailedFrom(Batch batch, BatchResult.FailedFrom result, long nowMs)
    {
        if (result.FirstFailed > 0)
        {
            _succeeded += result.FirstFailed;
            LeaveWindow(batch, result.State);
            FinishAll(batch.Numbers.AsSpan(0, result.FirstFailed));
            batch.Numbers = batch.Numbers[result.FirstFailed..];
            batch.Attempts = 0;
            if (_plan.Retry.Bisect)
            {
                Note(batch, result.Failure, nowMs);
                Later(batch, nowMs);
                return;
            }
        }

        Failed(batch, result.Failure, nowMs);
    }

    private void FailedSome(Batch batch, BatchResult.FailedSome result, long nowMs)
    {
        if (result.FailedIndexes.Count < batch.Count)
        {
            LeaveWindow(batch, result.State);
        }

        var left = new List<long>(result.FailedIndexes.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            if (result.FailedIndexes.Contains(i))
            {
                left.Add(batch.Numbers[i]);
                continue;
            }

            _succeeded++;
            Finish(batch.Numbers[i]);
        }

        batch.Numbers = [.. left];
        Failed(batch, result.Failure, nowMs);
    }

    private void Apply(Batch batch, Verdict verdict)
    {
        switch (verdict)
        {
            case Verdict.RetryAt retry:
                batch.Attempts++;
                batch.NotBeforeMs = retry.NotBeforeMs;
                _lanes.Requeue(batch, _window);
                break;
            case Verdict.SplitAt split:
                batch.NotBeforeMs = split.NotBeforeMs;
                _lanes.Requeue(batch.Part(batch.Lane, batch.Numbers[split.Index..]), _window);
                _lanes.Requeue(batch.Part(batch.Lane, batch.Numbers[..split.Index]), _window);
                break;
            case Verdict.GiveUp giveUp:
                batch.Attempts++;
                (batch.GivenUp, batch.NotBeforeMs) = (giveUp.Reason, 0);
                _changed |= _plan.Remembers;
                _lanes.Requeue(batch, _window);
                break;
            default:
                throw new InvalidOperationException($"unknown verdict {verdict}");
        }
    }

    private void Note(Batch batch, BatchFailure failure, long nowMs)
    {
        batch.LastFailure = failure;
        batch.Invocations++;
        batch.Throttles = 0;
        batch.FirstFailureMs = batch.FirstFailureMs == 0 ? nowMs : batch.FirstFailureMs;
        _changed = true;
    }

    private void Later(Batch batch, long nowMs)
    {
        batch.Throttles++;
        batch.NotBeforeMs = FailurePolicy.AfterNotRun(_plan.Retry, batch.Throttles, nowMs, _random);
        _lanes.Requeue(batch, _window);
    }

    private void Release(Batch batch)
    {
        if (!_running.Remove(batch))
        {
            throw new InvalidOperationException("a batch ended that does not run");
        }

        if (batch.Lane < _lanes.Count && ReferenceEquals(_lanes[batch.Lane].Running, batch))
        {
            _lanes[batch.Lane].Running = null;
        }

        _relaning &= _running.Count > 0;
    }

    private void FinishAll(ReadOnlySpan<long> numbers)
    {
        foreach (var number in numbers)
        {
            _window.Finish(number);
        }

        _changed = true;
    }

    private void CountHandedOver(int records, bool dropped)
    {
        _dropped += dropped ? records : 0;
        _destination += dropped ? 0 : records;
    }
}
