namespace Dispatcher.Contracts.Sources;

/// <summary>Where a shard without a checkpoint begins.</summary>
public abstract record StartAt
{
    private StartAt()
    {
    }

    /// <summary>The oldest record there is.</summary>
    public sealed record TrimHorizon : StartAt;

    /// <summary>Only records that come from now on.</summary>
    public sealed record Latest : StartAt;

    /// <summary>The first record at or after a time.</summary>
    /// <param name="Time">The time.</param>
    public sealed record AtTimestamp(DateTimeOffset Time) : StartAt;
}
