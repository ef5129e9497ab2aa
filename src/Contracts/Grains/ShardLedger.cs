namespace Dispatcher.Contracts.Grains;

/// <summary>What became of the records that were read since the shard was started: each of them is in exactly one of the other numbers.</summary>
public sealed record ShardLedger
{
    /// <summary>Nothing was read.</summary>
    public static readonly ShardLedger Empty = new();

    /// <summary>Records that were read.</summary>
    public long Polled { get; init; }

    /// <summary>The function dealt with them.</summary>
    public long Succeeded { get; init; }

    /// <summary>No filter let them pass.</summary>
    public long Filtered { get; init; }

    /// <summary>They are safe in the on-failure destination.</summary>
    public long Destination { get; init; }

    /// <summary>Given up without a destination.</summary>
    public long Dropped { get; init; }

    /// <summary>They failed and were given back to their queue.</summary>
    public long Returned { get; init; }

    /// <summary>Done before a restart and read again.</summary>
    public long Skipped { get; init; }

    /// <summary>Let go of without an outcome (the shard stopped or lost its reader); they are read again.</summary>
    public long Released { get; init; }

    /// <summary>Their outcome is not known.</summary>
    public long InFlight { get; init; }

    /// <summary>Whether nothing is missing and nothing is counted twice.</summary>
    public bool Balanced => Polled == Succeeded + Filtered + Destination + Dropped + Returned + Skipped + Released + InFlight;

    /// <summary>Both together.</summary>
    public ShardLedger Plus(ShardLedger other) => new()
    {
        Polled = Polled + other.Polled,
        Succeeded = Succeeded + other.Succeeded,
        Filtered = Filtered + other.Filtered,
        Destination = Destination + other.Destination,
        Dropped = Dropped + other.Dropped,
        Returned = Returned + other.Returned,
        Skipped = Skipped + other.Skipped,
        Released = Released + other.Released,
        InFlight = InFlight + other.InFlight,
    };
}
