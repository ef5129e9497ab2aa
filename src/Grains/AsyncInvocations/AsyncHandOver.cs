using System.Globalization;
using System.Text;
using System.Text.Json;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Queues;
using Dispatcher.Contracts.Store;
using Dispatcher.Pipeline.AsyncInvocations;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>Hands events that ended to destinations and to the function's dead-letter queue.</summary>
internal sealed partial class AsyncHandOver(
    Lazy<IDestinationWriter[]> writers, Lazy<IQueues?> queues, Catalog catalog, DispatcherConfig config, Instruments instruments, TimeProvider time, ILogger<AsyncHandOver> logger)
{
    /// <summary>
    /// Delivers what is asked for; true where all of it arrived. What is not taken after some tries is dropped, logged and
    /// counted, as at AWS.
    /// </summary>
    public async Task<bool> DeliverAsync(TriedEvent tried, string condition, CancellationToken cancellation)
    {
        var success = condition == AsyncPolicy.Success;
        var arrived = true;
        if ((success ? tried.Settings.OnSuccess : tried.Settings.OnFailure) is { } destination)
        {
            arrived = await TryAsync(tried, destination, () => WriteAsync(tried, destination, condition, cancellation), instruments.AsyncDestinationFailed, cancellation);
        }

        if (!success && await DeadLetterQueueAsync(tried.Function, cancellation) is { } queue)
        {
            arrived &= await TryAsync(tried, queue, () => BuryAsync(tried, queue, condition, cancellation), instruments.DeadLetterFailed, cancellation);
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
                if (wait >= TimeSpan.FromSeconds(1 << (Limits.AsyncDeliveryTries - 1)))
                {
                    LogDropped(logger, tried.Message.Id, tried.Function.ToString(), destination, e);
                    return false;
                }
            }

            await Task.Delay(wait, time, cancellation);
        }
    }

    private async Task WriteAsync(TriedEvent tried, string destination, string condition, CancellationToken cancellation)
    {
        var writer = Array.Find(writers.Value, w => w.Handles(destination))
            ?? throw new DestinationException($"nothing here delivers to {destination}");
        var arn = (tried.Function with { Qualifier = tried.Function.Qualifier ?? FunctionRef.Latest }).ToArn(config.Region, config.Account);
        var record = new AsyncRecord(tried.Message.Id, arn, condition, tried.Attempts, tried.Message.Body)
        {
            Outcome = tried.Outcome,
            NowMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        var place = new MappingConfig { Uuid = tried.Message.Id.ToString(), FunctionArn = arn, OnFailureDestination = destination };
        await writer.DeliverAsync(place, [new DestinationMessage(record.Write()) { TraceId = tried.TraceId }], cancellation);
    }

    private async ValueTask<string?> DeadLetterQueueAsync(FunctionRef function, CancellationToken cancellation)
    {
        var key = function.Qualifier is null or FunctionRef.Latest ? function.Name : function.ToString();
        var stored = await catalog.Functions.FindAsync(key, cancellation) ?? await catalog.Functions.FindAsync(function.Name, cancellation);
        return stored?.Value.DeadLetterTarget is { Length: > 0 } target ? target : null;
    }

    private async Task BuryAsync(TriedEvent tried, string target, string condition, CancellationToken cancellation)
    {
        var embedded = queues.Value ?? throw new DestinationException("there are no queues here");
        var name = embedded.NameOf(target) ?? throw new DestinationException($"{target} is not a queue here");
        var queue = await embedded.GetAsync(name, cancellation);
        var (code, text) = Error(tried.Outcome, condition);
        var message = new QueueSend(Encoding.UTF8.GetString(tried.Message.Body.Span))
        {
            AnySize = true,
            Attributes = new Dictionary<string, QueueAttribute>
            {
                ["RequestID"] = new("String", tried.Message.Id.ToString(), null),
                ["ErrorCode"] = new("Number", code.ToString(CultureInfo.InvariantCulture), null),
                ["ErrorMessage"] = new("String", text.Length > Limits.DeadLetterErrorChars ? text[..Limits.DeadLetterErrorChars] : text, null),
            },
        };
        foreach (var result in await embedded.SendAsync(queue, [message], cancellation))
        {
            if (result.Error is { } error)
            {
                throw new DestinationException($"queue {name} refused a dead letter: {error.Message}", error);
            }
        }
    }

    /// <summary>What the attributes of the dead letter say; never an empty text, which no attribute may be.</summary>
    private static (int Code, string Text) Error(InvocationOutcome? outcome, string condition) => outcome switch
    {
        InvocationOutcome.FunctionError error => (200, ErrorMessage(error.Payload) is { Length: > 0 } text ? text : error.ErrorType is { Length: > 0 } type ? type : condition),
        InvocationOutcome.Failed failed => (500, failed.Error.Message),
        InvocationOutcome.Throttled throttled => (429, throttled.Reason),
        _ => (500, condition),
    };

    private static string? ErrorMessage(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var json = JsonDocument.Parse(payload);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("errorMessage", out var text)
                && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(EventName = "AsyncRecordDropped", Level = LogLevel.Error, Message = "{Destination} did not take the record of event {RequestId} of {Function}; it is dropped")]
    private static partial void LogDropped(ILogger logger, Guid requestId, string function, string destination, Exception error);
}
