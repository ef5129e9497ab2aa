namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>The queue of a function as it was when it was looked up.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Id">Its id in the store.</param>
/// <param name="ReadAt">The clock's timestamp just before it was read.</param>
internal sealed record KnownQueue(AsyncQueue Queue, string Id, long ReadAt);
