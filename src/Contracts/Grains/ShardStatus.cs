namespace Dispatcher.Contracts.Grains;

/// <summary>What a shard does now.</summary>
/// <param name="Shard">Its name.</param>
/// <param name="Running">False where it is stopped or ended.</param>
/// <param name="Next">The first gap: its checkpoint.</param>
/// <param name="Lag">Records between the checkpoint and the end of the shard; null where the end is not known.</param>
/// <param name="InFlight">Records read whose outcome is not known.</param>
/// <param name="Lanes">Its lanes.</param>
public sealed record ShardStatus(
    string Shard, bool Running, long Next, long? Lag, int InFlight, IReadOnlyList<LaneStatus> Lanes)
{
    /// <summary>The epoch of its lease.</summary>
    public long Epoch { get; init; }

    /// <summary>Why it cannot read; null where it can.</summary>
    public string? Error { get; init; }

    /// <summary>The last invocation that failed since the shard was started, over or not; null where none did.</summary>
    public FailureStatus? LastFailure { get; init; }

    /// <summary>True where it was read to its end for good.</summary>
    public bool Ended { get; init; }

    /// <summary>What became of everything that was read since the shard was started.</summary>
    public ShardLedger Ledger { get; init; } = ShardLedger.Empty;

    /// <summary>The poller that reads it; null where the mapping does not say how many there are.</summary>
    public string? Poller { get; init; }
}
