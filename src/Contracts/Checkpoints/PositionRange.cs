namespace Dispatcher.Contracts.Checkpoints;

/// <summary>Positions from <paramref name="From"/> to <paramref name="To"/>, both included.</summary>
public readonly record struct PositionRange(long From, long To)
{
    /// <summary>Whether a position lies inside.</summary>
    public bool Contains(long position) => position >= From && position <= To;
}
