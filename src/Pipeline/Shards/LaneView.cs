namespace Dispatcher.Pipeline.Shards;

/// <summary>What a lane does, for the owner to see.</summary>
/// <param name="Index">0..lanes-1.</param>
/// <param name="Backlog">Records that wait, those of waiting batches included.</param>
/// <param name="Running">The batch that runs; null where none does.</param>
/// <param name="Waiting">The batch that comes next; null where none is formed.</param>
/// <param name="TroubledFrom">Position of the first record of the batch in trouble.</param>
internal sealed record LaneView(int Index, int Backlog, Batch? Running, Batch? Waiting, long? TroubledFrom)
{
    /// <summary>In one word.</summary>
    public string State => Running is { GivenUp: not null } ? "HandingOver" : Running is not null ? "Invoking" : Waiting is not null ? "BackingOff" : Backlog > 0 ? "Collecting" : "Idle";
}
