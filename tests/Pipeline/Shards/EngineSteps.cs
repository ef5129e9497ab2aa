using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Pipeline.Retries;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Pipeline.Tests.Shards;

/// <summary>The steps that tests of <see cref="ShardEngine"/> share.</summary>
internal static class EngineSteps
{
    public static readonly BatchFailure Failure = new(Guid.Empty, "no", "Unhandled", "$LATEST");
    public static readonly BatchResult Failed = new BatchResult.Failed(Failure);

    /// <summary>An engine at the beginning of its shard.</summary>
    public static ShardEngine Engine(ShardPlan plan) => new(plan, new Checkpoint(0), new Random(1));

    /// <summary>Waits for the next batch; moves the clock on to when the engine wants to be asked again.</summary>
    public static Batch Start(ShardEngine engine, ref long now)
    {
        while (true)
        {
            if (engine.TryStart(now, out var wake) is { } batch)
            {
                return batch;
            }

            Assert.NotEqual(long.MaxValue, wake);
            now = wake;
        }
    }

    /// <summary>Runs a batch well; its positions were read before.</summary>
    public static Batch Complete(ShardEngine engine, ref long now)
    {
        var batch = Start(engine, ref now);
        engine.Complete(batch, BatchResult.Succeeded.Instance, now);
        return batch;
    }

    /// <summary>Positions of a batch; for tests without offset gaps a number is its position above the start.</summary>
    public static long[] Positions(ShardEngine engine, Batch batch) => [.. batch.Numbers.Select(engine.PositionOf)];

    /// <summary>Two keys that the two lanes of a shard divide.</summary>
    public static (string A, string B) TwoKeysInTwoLanes()
    {
        var first = Lane("a");
        return ("a", Enumerable.Range(0, 100).Select(i => $"b{i}").First(k => Lane(k) != first));

        static int Lane(string key) => KeyHash.Lane(Pages.Range(0, 0, key).Records[0], 2);
    }
}
