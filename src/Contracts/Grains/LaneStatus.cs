namespace Dispatcher.Contracts.Grains;

/// <summary>What one lane of a shard does now.</summary>
/// <param name="Lane">0..ParallelizationFactor-1.</param>
/// <param name="State"><c>Idle</c>, <c>Collecting</c>, <c>Invoking</c>, <c>HandingOver</c>, <c>BackingOff</c>.</param>
/// <param name="Waiting">Records read and not yet invoked.</param>
/// <param name="InFlight">Records in the running invocation.</param>
public sealed record LaneStatus(int Lane, string State, int Waiting, int InFlight)
{
    /// <summary>First position of the batch in trouble; null where there is none.</summary>
    public long? TroubledFrom { get; init; }

    /// <summary>Failed attempts of the batch in trouble.</summary>
    public int Attempts { get; init; }

    /// <summary>Milliseconds since 1970 of the next try; null where none is planned.</summary>
    public long? NextRetryMs { get; init; }

    /// <summary>The last error's text; null where the last batch went well.</summary>
    public string? LastError { get; init; }

    /// <summary>The request id of the last error.</summary>
    public Guid? LastRequestId { get; init; }

    /// <summary>Records in the batch in trouble.</summary>
    public int TroubledCount { get; init; }

    /// <summary>Why the batch is given up (AWS's condition); null while it is to be invoked.</summary>
    public string? GivenUp { get; init; }

    /// <summary>Why the on-failure destination could not take it; null where it was not tried or the last delivery went well.</summary>
    public string? DestinationError { get; init; }
}
