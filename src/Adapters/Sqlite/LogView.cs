using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>What is known of a log at one time.</summary>
/// <param name="Id">Its number in the table of records.</param>
/// <param name="First">The oldest position.</param>
/// <param name="Next">The position of the next record.</param>
/// <param name="LastMs">The time of the newest record ever; times do not fall.</param>
/// <param name="Sealed">Whether it takes no more records.</param>
internal sealed record LogView(long Id, long First, long Next, long LastMs, bool Sealed)
{
    /// <summary>The part that the port shows.</summary>
    public LogBounds Bounds => new(First, Next, Sealed);
}
