namespace Dispatcher.Simulation.Tests;

/// <summary>
/// Ten thousand shards, each from a seed of its own. A broken promise names its seed; <c>DISPATCHER_SIMULATION_SEED</c>
/// replays one, <c>DISPATCHER_SIMULATION_SEEDS=from-to</c> runs others.
/// </summary>
public sealed class SimulationTests
{
    private const int Seeds = 10_000;

    [Fact]
    public void Shard_AnySeed_KeepsEveryPromise()
    {
        var (from, to) = Range();
        var broken = new System.Collections.Concurrent.ConcurrentBag<string>();
        Parallel.For(from, to, seed =>
        {
            try
            {
                new SimRun(SimOptions.From(seed)).Run();
            }
            catch (Exception e)
            {
                broken.Add(e.Message.StartsWith("seed", StringComparison.Ordinal) ? e.Message : $"seed {seed}: {e}");
            }
        });

        Assert.True(broken.IsEmpty, string.Join('\n', broken.Order(StringComparer.Ordinal).Take(10)));
    }

    private static (int From, int To) Range()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("DISPATCHER_SIMULATION_SEED"), out var one))
        {
            return (one, one + 1);
        }

        var range = Environment.GetEnvironmentVariable("DISPATCHER_SIMULATION_SEEDS")?.Split('-');
        return range is [var from, var to] ? (int.Parse(from), int.Parse(to)) : (0, Seeds);
    }
}
