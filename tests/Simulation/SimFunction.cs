using System.Runtime.InteropServices;
using Dispatcher.Pipeline.Shards;
using Dispatcher.Pipeline.Windows;

namespace Dispatcher.Simulation.Tests;

/// <summary>The function of a run: fails for poison records and by chance, and keeps a state in windows.</summary>
internal sealed class SimFunction(SimOptions options, Random random, SimLog log, SimJudge judge)
{
    private readonly Dictionary<long, int> _flaky = [];

    /// <summary>The function's state is the list of the records that it has dealt with in the window.</summary>
    public ReadOnlyMemory<byte> Gather(Batch batch, long[] positions)
    {
        if (batch.Window is not { } window)
        {
            return default;
        }

        if (window.Final)
        {
            judge.WindowEnded((batch.Lane, window.Window.StartMs), Gathered(window));
            return default;
        }

        judge.SucceededInWindow(positions);
        return MemoryMarshal.AsBytes<long>([.. Gathered(window), .. positions]).ToArray();
    }

    /// <summary>The records in the state of a window.</summary>
    public static long[] Gathered(BatchWindow window) => [.. MemoryMarshal.Cast<byte, long>(window.Window.State.Span)];

    /// <summary>What an invocation with these records comes to.</summary>
    public BatchResult Outcome(ShardPlan plan, long[] positions)
    {
        var failure = new BatchFailure(Guid.Empty, "simulated", "Unhandled", "$LATEST");
        if (random.Next(100) < options.ThrottlePercent)
        {
            return new BatchResult.NotRun(failure);
        }

        var bad = Array.FindIndex(positions, p => Fails(plan, p));
        if (bad >= 0)
        {
            return !options.PartialResponses ? new BatchResult.Failed(failure)
                : plan.Ordered ? new BatchResult.FailedFrom(bad, failure)
                : new BatchResult.FailedSome(positions.Select((p, i) => (p, i)).Where(x => x.i == bad || log.IsPoison(x.p)).Select(x => x.i).ToHashSet(), failure);
        }

        return random.Next(100) < options.FlakyPercent ? new BatchResult.Failed(failure) : BatchResult.Succeeded.Instance;
    }

    /// <summary>A poison record always fails; without any limit the function is mended after a while, or the run had no end.</summary>
    private bool Fails(ShardPlan plan, long position)
    {
        if (!log.IsPoison(position))
        {
            return false;
        }

        return plan.Retry.MaximumAttempts >= 0 || (_flaky[position] = _flaky.GetValueOrDefault(position) + 1) < 6;
    }
}
