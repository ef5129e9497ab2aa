using System.Collections.Concurrent;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>Works on the queue of one function: several events at a time, a bounded number.</summary>
internal sealed partial class AsyncQueueLoop(IStore store, AsyncEventRunner runner, TimeProvider time, ILogger<AsyncQueueLoop> logger) : IDisposable
{
    private static readonly TimeSpan IdleEnd = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan AfterError = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _abandon = new();

    /// <summary>Runs until the queue is empty for a while, or cancelled; then waits for what is in flight.</summary>
    public async Task RunAsync(AsyncQueue queue, CancellationToken cancellation)
    {
        var inFlight = new ConcurrentDictionary<Guid, Task>();
        using var slots = new SemaphoreSlim(Limits.AsyncEventsInFlight);
        try
        {
            while (await StepAsync(queue, slots, inFlight, cancellation))
            {
            }
        }
        finally
        {
            await Task.WhenAll(inFlight.Values);
        }
    }

    /// <summary>Gives up invocations in flight: their outcome is unknown, and they run again.</summary>
    public Task AbandonAsync() => _abandon.CancelAsync();

    /// <inheritdoc/>
    public void Dispose() => _abandon.Dispose();

    private async Task<bool> StepAsync(
        AsyncQueue queue, SemaphoreSlim slots, ConcurrentDictionary<Guid, Task> inFlight, CancellationToken cancellation)
    {
        await slots.WaitAsync(cancellation);
        try
        {
            var messages = await store.Queues.ReceiveAsync(queue.Id, new QueueReceive(1, Limits.AsyncHideMs, Fifo: false), cancellation);
            if (messages is [var message, ..])
            {
                Start(queue, message, slots, inFlight);
                return true;
            }

            slots.Release();
            return await WaitAsync(queue.Id, cancellation) || !inFlight.IsEmpty;
        }
        catch (StoreException e)
        {
            slots.Release();
            LogReceiveFailed(logger, queue.Function, e);
            await Task.Delay(AfterError, time, cancellation);
            return true;
        }
    }

    private void Start(AsyncQueue queue, QueueMessage message, SemaphoreSlim slots, ConcurrentDictionary<Guid, Task> inFlight)
    {
        var key = Guid.NewGuid();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        inFlight[key] = RunAsync();
        begun.SetResult();

        async Task RunAsync()
        {
            await begun.Task;
            try
            {
                await runner.RunAsync(new HeldEvent(store.Queues, queue, message, time), _abandon.Token);
            }
            catch (OperationCanceledException) when (_abandon.IsCancellationRequested)
            {
                // The process ends; the event comes back when it is visible again.
            }
            catch (Exception e)
            {
                LogEventFailed(logger, queue.Function, message.Id, e);
            }
            finally
            {
                inFlight.TryRemove(key, out _);
                slots.Release();
            }
        }
    }

    /// <summary>True when a receive may bring something; false after a while in which nothing was there.</summary>
    private async Task<bool> WaitAsync(string queue, CancellationToken cancellation)
    {
        using var idle = new CancellationTokenSource(IdleEnd, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, idle.Token);
        try
        {
            await store.Queues.WaitAsync(queue, fifo: false, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (idle.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return await store.Queues.CountAsync(queue, cancellation) is var counts && counts.Visible + counts.InFlight + counts.Delayed > 0;
        }
    }

    [LoggerMessage(EventName = "AsyncReceiveFailed", Level = LogLevel.Warning, Message = "asynchronous events of {Function} cannot be read")]
    private static partial void LogReceiveFailed(ILogger logger, string function, Exception error);

    [LoggerMessage(EventName = "AsyncEventFailed", Level = LogLevel.Error, Message = "asynchronous event {RequestId} of {Function} could not be dealt with; it comes again")]
    private static partial void LogEventFailed(ILogger logger, string function, Guid requestId, Exception error);
}
