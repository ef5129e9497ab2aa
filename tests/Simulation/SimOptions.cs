using Dispatcher.Pipeline.Retries;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Simulation.Tests;

/// <summary>What one run of the simulation is made of; everything follows from the seed.</summary>
internal sealed record SimOptions
{
    public required int Seed { get; init; }

    public required int Records { get; init; }

    public required int Keys { get; init; }

    public required bool Gaps { get; init; }

    public required ShardPlan Plan { get; init; }

    /// <summary>Chance in a thousand, at every step, that the owner dies.</summary>
    public required int CrashPerMille { get; init; }

    /// <summary>Chance in a hundred that an invocation is throttled.</summary>
    public required int ThrottlePercent { get; init; }

    /// <summary>Chance in a hundred that an invocation fails for no reason of its records.</summary>
    public required int FlakyPercent { get; init; }

    /// <summary>Chance in a hundred that a record always fails.</summary>
    public required int PoisonPercent { get; init; }

    /// <summary>Chance in a hundred that a save is lost.</summary>
    public required int SaveLostPercent { get; init; }

    /// <summary>Whether the function names the records that failed.</summary>
    public required bool PartialResponses { get; init; }

    /// <summary>Chance in a thousand, at every step, that the owner changes the options.</summary>
    public required int UpdatePerMille { get; init; }

    /// <summary>Whether positions are new in every life.</summary>
    public bool Forgetful { get; init; }

    public static SimOptions From(int seed)
    {
        var random = new Random(seed);
        var options = Lasting(seed, random);
        return random.Next(3) == 0 ? options with { Forgetful = true, Plan = ForgetfulPlan(options.Plan) } : options;
    }

    /// <summary>
    /// Options of a source without lasting positions. What such a source brings again was perhaps counted in a window already: no
    /// promise is checked there.
    /// </summary>
    public static ShardPlan ForgetfulPlan(ShardPlan plan) => plan with { Remembers = true, TumblingMs = 0 };

    private static SimOptions Lasting(int seed, Random random)
    {
        return new SimOptions
        {
            Seed = seed,
            Records = random.Next(20, 300),
            Keys = random.Next(1, 25),
            Gaps = random.Next(3) == 0,
            Plan = RandomPlan(random),
            CrashPerMille = random.Next(2) == 0 ? 0 : random.Next(1, 40),
            ThrottlePercent = random.Next(3) == 0 ? random.Next(60) : 0,
            FlakyPercent = random.Next(2) == 0 ? random.Next(40) : 0,
            PoisonPercent = random.Next(2) == 0 ? random.Next(8) : 0,
            SaveLostPercent = random.Next(3) == 0 ? random.Next(50) : 0,
            PartialResponses = random.Next(3) == 0,
            UpdatePerMille = random.Next(4) == 0 ? random.Next(30) : 0,
        };
    }

    /// <summary>Options as a mapping may have them.</summary>
    public static ShardPlan RandomPlan(Random random) => new()
    {
        Shape = new SimShape(),
        BatchSize = random.Next(1, 40),
        WindowMs = random.Next(2) == 0 ? 0 : random.Next(1, 2_000),
        TumblingMs = random.Next(4) == 0 ? random.Next(100, 3_000) : 0,
        Lanes = random.Next(2) == 0 ? 1 : random.Next(1, 13),
        Ordered = random.Next(5) != 0,
        PayloadBytes = random.Next(2) == 0 ? 1_000 : 60,
        Filter = random.Next(3) == 0 ? new SimFilter(random.Next(2, 6)) : null,
        ReturnsFailed = random.Next(6) == 0,
        Retry = new RetryPlan
        {
            MaximumAttempts = random.Next(3) == 0 ? -1 : random.Next(4),
            MaximumAgeMs = random.Next(4) == 0 ? 60_000 : -1,
            Bisect = random.Next(2) == 0,
        },
    };
}
