using Dispatcher.Contracts;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Errors;
using Dispatcher.Pipeline.AsyncInvocations;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>Hands events that ended to destinations and to the function's dead-letter queue.</summary>
internal sealed partial class AsyncHandOver(
    RecordSender records, DeadLetterSender letters, Instruments instruments, TimeProvider time, ILogger<AsyncHandOver> logger)
{
    /// <summary>
    /// Delivers what is asked for; true where all of it arrived. What is not taken after some tries is dropped, logged and
    /// counted, as at AWS; so is at once what would go on with a recursive loop.
    /// </summary>
    public async Task<bool> DeliverAsync(TriedEvent tried, string condition, CancellationToken cancellation)
    {
        var success = condition == AsyncPolicy.Success;
        var arrived = true;
        if ((success ? tried.Settings.OnSuccess : tried.Settings.OnFailure) is { } destination)
        {
            arrived = await TryAsync(
                tried, destination, () => records.SendAsync(tried, destination, condition, cancellation), instruments.AsyncDestinationFailed, cancellation);
        }

        if (!success && tried.Settings.DeadLetterTarget is { } queue)
        {
            arrived &= await TryAsync(
                tried, queue, () => letters.SendAsync(tried, queue, condition, cancellation), instruments.DeadLetterFailed, cancellation);
        }

        return arrived;
    }

    private async Task<bool> TryAsync(
        TriedEvent tried, string destination, Func<Task> deliver, Action<string> failed, CancellationToken cancellation)
    {
        for (var wait = TimeSpan.FromSeconds(1); ; wait *= 2)
        {
            try
            {
                await deliver();
                return true;
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                failed(tried.Function.Name);
                if (wait >= TimeSpan.FromSeconds(1 << (Limits.AsyncDeliveryTries - 1)) || e is ServiceException { TypeName: AsyncInvoker.Recursive })
                {
                    LogDropped(logger, tried.Held.Id, tried.Function.ToString(), destination, e);
                    return false;
                }
            }

            await Task.Delay(wait, time, cancellation);
        }
    }

    [LoggerMessage(EventName = "AsyncRecordDropped", Level = LogLevel.Error, Message = "{Destination} did not take the record of event {RequestId} of {Function}; it is dropped")]
    private static partial void LogDropped(ILogger logger, Guid requestId, string function, string destination, Exception error);
}
