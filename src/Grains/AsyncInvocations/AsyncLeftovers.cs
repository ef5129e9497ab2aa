using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>Removes what is left in the queue of a function that was deleted: nobody will ever run it.</summary>
internal sealed partial class AsyncLeftovers(IStore store, Instruments instruments, ILogger<AsyncLeftovers> logger)
{
    /// <summary>Removes all events; they are counted and logged.</summary>
    public async Task RemoveAsync(AsyncQueue queue, CancellationToken cancellation)
    {
        var removed = await store.Queues.TrimAsync(queue.Id, long.MaxValue, cancellation);
        if (removed > 0)
        {
            instruments.AsyncDropped(queue.Function, removed);
            LogRemoved(logger, removed, queue.Function);
        }
    }

    [LoggerMessage(EventName = "AsyncLeftoversRemoved", Level = LogLevel.Warning, Message = "{Events} asynchronous events of {Function} were dropped: the function was deleted")]
    private static partial void LogRemoved(ILogger logger, long events, string function);
}
