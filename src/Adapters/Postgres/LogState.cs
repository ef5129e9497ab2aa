using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Postgres;

/// <summary>What is known of a log at one time.</summary>
/// <param name="Id">Its number; a log that is made again under its old name has a higher one.</param>
/// <param name="Next">The position of the next record.</param>
/// <param name="Sealed">Whether it takes no more records.</param>
internal readonly record struct LogState(long Id, long Next, bool Sealed)
{
    /// <summary>The later of two states of a log: neither its position nor its seal goes back.</summary>
    public LogState With(LogState other)
        => other.Id != Id
            ? (other.Id > Id ? other : this)
            : new LogState(Id, Math.Max(Next, other.Next), Sealed || other.Sealed);
}
