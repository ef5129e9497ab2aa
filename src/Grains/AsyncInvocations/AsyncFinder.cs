using Dispatcher.Contracts.Store;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>Finds queues with events in the store, whoever put them there, and clears away those whose function is gone.</summary>
internal sealed class AsyncFinder(IStore store, AsyncSettings settings, AsyncLeftovers leftovers)
{
    /// <summary>All queues with events, those of deleted functions included.</summary>
    public async ValueTask<IReadOnlyList<AsyncQueue>> FindAsync(CancellationToken cancellation)
    {
        var found = new List<AsyncQueue>();
        foreach (var id in await store.Queues.ListAsync(AsyncQueue.Prefix, cancellation))
        {
            if (AsyncQueue.TryParse(id, out var queue))
            {
                found.Add(queue);
            }
        }

        return found;
    }

    /// <summary>Whether a queue has events, hidden ones included.</summary>
    public async ValueTask<bool> HasEventsAsync(AsyncQueue queue, CancellationToken cancellation)
        => await store.Queues.CountAsync(queue.Id, cancellation) is var counts && counts.Visible + counts.InFlight + counts.Delayed > 0;

    /// <summary>Removes the events of a queue whose function was deleted; false where it is there.</summary>
    public async ValueTask<bool> ClearAsync(AsyncQueue queue, CancellationToken cancellation)
    {
        if (!await settings.IsGoneAsync(queue, cancellation))
        {
            return false;
        }

        await leftovers.RemoveAsync(queue, cancellation);
        return true;
    }
}
