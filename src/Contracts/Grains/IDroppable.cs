namespace Dispatcher.Contracts.Grains;

/// <summary>
/// A grain that can say that it holds nothing any more. It is asked after each call; a grain that can be dropped is
/// disposed and forgotten, and made anew by the next call.
/// </summary>
public interface IDroppable
{
    /// <summary>True where nothing would be lost: no task runs, no state is kept that is not in the store.</summary>
    bool CanBeDropped { get; }
}
