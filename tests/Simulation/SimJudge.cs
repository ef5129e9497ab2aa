using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Simulation.Tests;

/// <summary>
/// Watches a run from outside and knows nothing of how the engine works: what was promised to a user, checked record by
/// record. Breaks the run with the seed in the message.
/// </summary>
internal sealed class SimJudge(SimOptions options, SimLog log)
{
    private readonly HashSet<long> _known = [];
    private readonly Dictionary<string, List<long>> _byKey = log.Positions.GroupBy(log.KeyOf).ToDictionary(g => g.Key, g => g.ToList());
    private SimFailures _failures = new([], []);
    private SimFailures _savedFailures = new([], []);
    private readonly HashSet<string> _runningKeys = [];
    private Checkpoint? _saved;
    private bool _disturbed;
    private bool _updated;

    private readonly HashSet<long> _succeeded = [];
    private readonly HashSet<long> _windowed = [];

    /// <summary>Records whose outcome somebody saw: success, filter, hand-over.</summary>
    public int Known => _known.Count;

    /// <summary>The options changed: from now on limits of attempts cannot be counted from outside.</summary>
    public void Updated() => (_disturbed, _updated) = (true, true);

    /// <summary>The failures so far, for the checkpoint that is taken now.</summary>
    public SimFailures Failures() => _failures.Copy();

    public void Started(ShardPlan plan, IReadOnlyList<long> positions, int attempts)
    {
        Check((positions.Count > 0 || plan.TumblingMs > 0 || _disturbed) && (positions.Count <= plan.BatchSize || _disturbed), "a batch is empty or too large");
        Check(options.Forgetful || positions.SequenceEqual(positions.Order()), "a batch is out of order");
        if (plan.Retry.MaximumAttempts >= 0)
        {
            Check(attempts <= plan.Retry.MaximumAttempts, $"try {attempts + 1} with {plan.Retry.MaximumAttempts} retries allowed");
        }

        if (!plan.Ordered)
        {
            return;
        }

        var inBatch = positions.ToHashSet();
        foreach (var group in positions.GroupBy(log.KeyOf))
        {
            Check(group.SequenceEqual(group.Order()), $"key {group.Key} is out of order");
            Check(_runningKeys.Add(group.Key), $"key {group.Key} runs twice at a time");
            var last = group.Max();
            var hole = _byKey[group.Key].TakeWhile(p => p < last).FirstOrDefault(p => !_known.Contains(p) && !inBatch.Contains(p), -1);
            Check(hole < 0, $"key {group.Key}: {last} came before {hole}");
        }
    }

    public void Ended(IReadOnlyList<long> positions) => _runningKeys.ExceptWith(positions.Select(log.KeyOf));

    /// <summary>
    /// What a checkpoint has seen of a record's failures counts for ever: with crashes too a record never fails more often than
    /// its options allow, but for the failures that no checkpoint told of.
    /// </summary>
    public void Failed(ShardPlan plan, IReadOnlyList<long> positions)
    {
        if (_updated || plan.Retry.Bisect || plan.Retry.MaximumAttempts < 0 || options.PartialResponses)
        {
            return;
        }

        foreach (var position in positions)
        {
            var failed = _failures.Records[position] = _failures.Records.GetValueOrDefault(position) + 1;
            Check(failed <= plan.Retry.MaximumAttempts + 1, $"record {position} failed {failed} times");
        }
    }

    /// <summary>The same for the final invocation of a lane's window, which has no records.</summary>
    public void FinalFailed(ShardPlan plan, (int Lane, long StartMs) window)
    {
        if (!_updated && plan.Retry.MaximumAttempts >= 0)
        {
            var failed = _failures.Finals[window] = _failures.Finals.GetValueOrDefault(window) + 1;
            Check(failed <= plan.Retry.MaximumAttempts + 1, $"the final invocation of window {window} failed {failed} times");
        }
    }

    public void Learned(IEnumerable<long> positions) => _known.UnionWith(positions);

    /// <summary>
    /// Records went back to the source. Where keys have an order, all that was read of their keys must be done or go back too: it
    /// would overtake them.
    /// </summary>
    public void Returned(ShardEngine engine, IReadOnlyList<long> positions)
    {
        Check(positions.Count == 0 || engine.Plan.ReturnsFailed, "records went back that are to be tried again here");
        Learned(positions);
        if (positions.Count == 0 || !engine.Plan.Ordered || _disturbed)
        {
            return;
        }

        var keys = positions.Select(log.KeyOf).ToHashSet();
        var left = log.Positions.FirstOrDefault(p => log.IsRead(p, engine.NextRead) && !_known.Contains(p) && keys.Contains(log.KeyOf(p)), -1);
        Check(left < 0, $"record {left} would overtake those of its key that went back");
    }

    /// <summary>The function dealt with these records in a tumbling window.</summary>
    public void SucceededInWindow(IEnumerable<long> positions) => _succeeded.UnionWith(positions);

    /// <summary>A window has ended with this state: what the function gathered, each record once however often owners died.</summary>
    public void WindowEnded((int Lane, long StartMs) window, IReadOnlyList<long> gathered)
    {
        _failures.Finals.Remove(window);
        Check(gathered.Distinct().Count() == gathered.Count, $"a window gathered a record twice: {string.Join(',', gathered)}");
        _windowed.UnionWith(gathered);
    }

    /// <summary>A window was given up with what it had gathered.</summary>
    public void WindowLost((int Lane, long StartMs) window, IReadOnlyList<long> gathered)
    {
        _failures.Finals.Remove(window);
        _windowed.UnionWith(gathered);
    }

    public void GivenUp(ShardPlan plan, IReadOnlyList<long> positions, GiveUpReason? reason)
    {
        Check(
            reason switch
            {
                GiveUpReason.RetryAttemptsExhausted => plan.Retry.MaximumAttempts >= 0 || _disturbed,
                GiveUpReason.RecordAgeExceeded => plan.Retry.MaximumAgeMs >= 0 || _disturbed,
                _ => false,
            },
            $"given up for {reason}");
        if (reason == GiveUpReason.RetryAttemptsExhausted && plan.Retry.Bisect && !_disturbed && options.FlakyPercent == 0 && !options.PartialResponses)
        {
            Check(positions.Count == 1 && log.IsPoison(positions[0]), "bisect gave up more than the poison record");
        }
    }

    public void Saved(Checkpoint checkpoint, SimFailures failures)
    {
        Check(checkpoint.Next >= (_saved?.Next ?? 0), $"the checkpoint moved back from {_saved?.Next} to {checkpoint.Next}");
        var lost = log.Positions.FirstOrDefault(p => log.IsPassed(p, checkpoint) && !_known.Contains(p), -1);
        Check(lost < 0, $"the checkpoint passed {lost}, whose outcome nobody knows");
        Check(checkpoint.Finished.Zip(checkpoint.Finished.Skip(1)).All(z => z.First.To < z.Second.From), "finished ranges overlap");
        _savedFailures = options.Forgetful ? Told(checkpoint, failures) : failures;
        _saved = checkpoint;
    }

    /// <summary>
    /// What is done is no longer in trouble: of its failures is known what the checkpoint before knew, until the source has heard
    /// that it is done.
    /// </summary>
    private SimFailures Told(Checkpoint checkpoint, SimFailures failures)
    {
        foreach (var number in failures.Records.Keys.Where(n => log.IsPassed(n, checkpoint)).ToArray())
        {
            failures.Records[number] = _savedFailures.Records.GetValueOrDefault(number);
        }

        return failures;
    }

    public void Crashed()
    {
        _disturbed = true;
        _failures = _savedFailures.Copy();
        _runningKeys.Clear();

        // What is in no checkpoint comes again, and then it may fail.
        _succeeded.RemoveWhere(p => p >= (_saved?.Next ?? 0) && !(_saved?.Finished.Any(r => r.Contains(p)) ?? false));
        _saved = options.Forgetful ? null : _saved;
    }

    public void Step(ShardEngine engine)
    {
        Check(engine.Counts.Balanced, $"the ledger is not balanced: {engine.Counts}");
        Check(engine.Counts.InFlight <= engine.Plan.PendingRecords + 10_000, "too many records in memory");
    }

    public void Finished(ShardEngine engine)
    {
        var lost = log.Positions.FirstOrDefault(p => !_known.Contains(p), -1);
        Check(lost < 0, $"record {lost} is lost");
        Check(options.Forgetful || engine.Next >= log.Positions.Last(), "the checkpoint did not reach the end");
        var missing = _succeeded.FirstOrDefault(p => !_windowed.Contains(p), -1);
        Check(missing < 0, $"record {missing} is in no window that has ended");
    }

    public void Check(bool holds, string broken)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"seed {options.Seed}: {broken}; {options}");
        }
    }
}
