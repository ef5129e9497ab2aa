namespace Dispatcher.Contracts.Queues;

/// <summary>A message move task: takes dead letters back to where they came from, or elsewhere.</summary>
public sealed record QueueMove
{
    /// <summary>The task handle.</summary>
    public required string Handle { get; init; }

    /// <summary>ARN of the dead-letter queue.</summary>
    public required string SourceArn { get; init; }

    /// <summary>ARN of where the messages go; null: each to the queue that it came from.</summary>
    public string? TargetArn { get; init; }

    /// <summary>Messages a second; null: as fast as it goes.</summary>
    public int? MaximumPerSecond { get; init; }

    /// <summary><c>RUNNING</c>, <c>COMPLETED</c>, <c>CANCELLING</c>, <c>CANCELLED</c>, <c>FAILED</c>.</summary>
    public string Status { get; init; } = "RUNNING";

    /// <summary>Messages moved so far.</summary>
    public long Moved { get; init; }

    /// <summary>Messages there were at the start.</summary>
    public long ToMove { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public string? Failure { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public long StartedMs { get; init; }
}
