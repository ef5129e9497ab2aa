using Dispatcher.Contracts;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Grains;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Grains.Shards.Sessions;

/// <summary>Counts and logs how batches end, and shows the owner.</summary>
internal sealed partial class BatchOutcomes(SessionState state, ResultReports reports)
{
    private const string FunctionFailed = "PROBLEM: Function call failed";

    private readonly RepeatLimit _repeats = new(state.Parts.Time, TimeSpan.FromMilliseconds(Limits.RepeatedLogMs));
    private string? _handOverProblem;

    /// <summary>The last invocation that failed; null where none did.</summary>
    public FailureStatus? LastFailure { get; private set; }

    /// <summary>A batch has ended.</summary>
    public void Count(Batch batch, BatchResult result)
    {
        var (instruments, mapping) = (state.Parts.Instruments, state.Config.Uuid);
        switch (result)
        {
            case BatchResult.Succeeded:
                instruments.Succeeded(mapping, batch.Count);
                reports.Report(_handOverProblem ?? "OK");
                break;
            case BatchResult.HandedOver handedOver:
                HandedOver(batch, handedOver.Dropped);
                break;
            case BatchResult.HandOverFailed failed:
                instruments.DestinationFailed(mapping);
                HandOverFailed(failed.Text);
                break;
            case BatchResult.Failed failed:
                Failed(batch.Count, failed.Failure);
                break;
            case BatchResult.FailedFrom from:
                instruments.Succeeded(mapping, from.FirstFailed);
                Failed(batch.Count - from.FirstFailed, from.Failure);
                break;
            case BatchResult.FailedSome some:
                instruments.Succeeded(mapping, batch.Count - some.FailedIndexes.Count);
                Failed(some.FailedIndexes.Count, some.Failure);
                break;
            case BatchResult.TooLarge tooLarge:
                Failed(batch.Count, tooLarge.Failure);
                break;
            case BatchResult.NotBegun:
                break;
            case BatchResult.NotRun notRun:
                instruments.Failed(mapping, "InvokeErrorCount");
                NotRun(batch.Count, notRun.Failure.Text);
                break;
            default:
                throw new InvalidOperationException($"unknown result {result}");
        }
    }

    private void HandedOver(Batch batch, bool dropped)
    {
        var (instruments, logger, shard) = (state.Parts.Instruments, state.Parts.Logger, state.Shard.Key);
        if (batch.Count == 0)
        {
            LogWindowGivenUp(logger, shard, batch.Window?.Window.StartMs ?? 0, batch.GivenUp, batch.LastFailure?.Text);
            return;
        }

        if (dropped)
        {
            instruments.Dropped(state.Config.Uuid, batch.Count);
            LogDropped(logger, shard, batch.Count, batch.GivenUp, batch.LastFailure?.Text);
        }
        else
        {
            instruments.DeliveredToDestination(state.Config.Uuid, batch.Count);
        }

        // The destination takes batches; where another lane's is still refused, its next try says so again.
        if (_handOverProblem is not null)
        {
            _handOverProblem = null;
            reports.Report(FunctionFailed);
        }
    }

    /// <summary>
    /// A destination that takes nothing holds its lane without end. The owner is to see that also while other lanes go well, and
    /// not to find the same line in the log at every try.
    /// </summary>
    private void HandOverFailed(string error)
    {
        _handOverProblem = "PROBLEM: the on-failure destination does not take a failed batch: " + error;
        reports.Report(_handOverProblem);
        if (_repeats.Admit(nameof(LogHandOverFailed), out var untold))
        {
            LogHandOverFailed(state.Parts.Logger, state.Shard.Key, error, untold);
        }
    }

    private void NotRun(int records, string error)
    {
        LastFailure = new FailureStatus(error, null, records, state.NowMs);
        if (_repeats.Admit(nameof(LogNotRun), out var untold))
        {
            LogNotRun(state.Parts.Logger, state.Shard.Key, error, untold);
        }

        reports.Report("PROBLEM: " + error);
    }

    private void Failed(int records, BatchFailure failure)
    {
        state.Parts.Instruments.FailedInvoke(state.Config.Uuid, records);
        LastFailure = new FailureStatus(failure.Text, failure.RequestId == Guid.Empty ? null : failure.RequestId, records, state.NowMs);
        LogFailed(state.Parts.Logger, state.Shard.Key, records, failure.RequestId, failure.Text);
        reports.Report(_handOverProblem ?? FunctionFailed);
    }
}
