namespace Dispatcher.Bench;

/// <summary>
/// Runs two ways to read the same records in turn, many short times, and compares each run with its neighbour: what disturbs
/// the machine for a while disturbs both of a pair. The result is the middle of the pairs' ratios.
/// </summary>
internal sealed class Duel(string bareName, Func<Task<Run>> bare, string oursName, Func<Task<Run>> ours)
{
    /// <summary>Rounds of each before it counts: the compiler optimises in steps, pools fill.</summary>
    public int WarmRounds { get; init; } = 5;

    /// <summary>Pairs that count.</summary>
    public int Rounds { get; init; } = 25;

    /// <summary>Runs all rounds, prints both sides and their spread; the ratio of the records per second, ours to bare.</summary>
    public async Task<double> RunAsync()
    {
        for (var round = 0; round < WarmRounds; round++)
        {
            await bare();
            await ours();
        }

        var pairs = new List<(Run Bare, Run Ours)>();
        for (var round = 0; round < Rounds; round++)
        {
            pairs.Add(await PairAsync(round % 2 == 0));
        }

        Print(bareName, pairs.Select(p => p.Bare));
        Print(oursName, pairs.Select(p => p.Ours));
        Report.Line($"processor time, {oursName} / {bareName}", $"{Report.Median(pairs.Select(p => p.Ours.CpuMicros / p.Bare.CpuMicros)):0.00}");
        var ratios = pairs.Select(p => p.Ours.PerSecond / p.Bare.PerSecond).Order().ToList();
        Report.Line($"ratios of {Rounds} pairs: least, quarters, most", string.Join("  ", Enumerable.Range(0, 5).Select(i => $"{ratios[i * (Rounds - 1) / 4]:0.00}")));
        return Report.Median(ratios);
    }

    private async Task<(Run Bare, Run Ours)> PairAsync(bool bareFirst)
    {
        GC.Collect();
        if (!bareFirst)
        {
            var one = await ours();
            return (await bare(), one);
        }

        return (await bare(), await ours());
    }

    private static void Print(string what, IEnumerable<Run> runs)
    {
        Report.Line($"{what}, records/s", $"{Report.Median(runs.Select(r => r.PerSecond)):N0}");
        Report.Line($"{what}, processor us/record", $"{Report.Median(runs.Select(r => r.CpuMicros)):0.00}");
    }
}
