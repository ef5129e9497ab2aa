using Dispatcher.Contracts;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>An event that this process has received and keeps hidden from others while it works on it.</summary>
/// <param name="queues">Where it is.</param>
/// <param name="queue">The queue it is in.</param>
/// <param name="message">The event as it was received.</param>
/// <param name="time">The clock.</param>
internal sealed class HeldEvent(IQueueStore queues, AsyncQueue queue, QueueMessage message, TimeProvider time)
{
    private static readonly TimeSpan Renewal = TimeSpan.FromMilliseconds(Limits.AsyncHideMs / 4);

    /// <summary>What was kept with it.</summary>
    public AsyncEvent About { get; } = AsyncEvent.Read(message);

    /// <summary>The queue it is in.</summary>
    public AsyncQueue Queue => queue;

    /// <summary>Its id, which is the request id of each try.</summary>
    public Guid Id => message.Id;

    /// <summary>The event.</summary>
    public ReadOnlyMemory<byte> Payload => message.Body;

    /// <summary>
    /// Which try this is. The receives that the store counts are the attempts: a throttle takes its one back; a process that died
    /// in the middle has used one up, for nobody knows what the function did.
    /// </summary>
    public int Try => message.Receives;

    /// <summary>What it calls.</summary>
    public FunctionRef Function => About.Function(queue.Function);

    /// <summary>Milliseconds since 1970.</summary>
    public long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Time since it was taken.</summary>
    public TimeSpan Age => TimeSpan.FromMilliseconds(Math.Max(0, NowMs - message.SentMs));

    /// <summary>Lets it come again.</summary>
    /// <param name="wait">When.</param>
    /// <param name="counts">Whether this try counts.</param>
    /// <param name="cancellation">Stops it before it is begun.</param>
    public async ValueTask ReturnAsync(TimeSpan wait, bool counts, CancellationToken cancellation)
        => await queues.HideAsync(queue.Id, [new QueueHide(message.Receipt, (long)wait.TotalMilliseconds, Uncount: !counts)], cancellation);

    /// <summary>Ends it.</summary>
    public async ValueTask DeleteAsync(CancellationToken cancellation)
        => await queues.DeleteAsync(queue.Id, [message.Receipt], cancellation);

    /// <summary>Keeps it hidden while work on it goes on. An event that could not be kept may run twice.</summary>
    public async Task<T> DuringAsync<T>(Task<T> work, CancellationToken cancellation)
    {
        while (!work.IsCompleted)
        {
            using var renew = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var done = await Task.WhenAny(work, Task.Delay(Renewal, time, renew.Token));
            await renew.CancelAsync();
            if (done == work || cancellation.IsCancellationRequested)
            {
                break;
            }

            try
            {
                await queues.HideAsync(queue.Id, [new QueueHide(message.Receipt, Limits.AsyncHideMs)], cancellation);
            }
            catch (StoreException)
            {
                // Tried again at the next renewal; at worst somebody else runs the event meanwhile. Work that ended counts: its outcome
                // must not be lost here.
            }
        }

        return await work;
    }
}
