namespace Dispatcher.Contracts.Store;

/// <summary>What a log holds.</summary>
/// <param name="First">The oldest position that can be read; equals <paramref name="Next"/> where the log is empty.</param>
/// <param name="Next">The position that the next record gets.</param>
/// <param name="Sealed">True where no record is taken any more.</param>
public sealed record LogBounds(long First, long Next, bool Sealed);
