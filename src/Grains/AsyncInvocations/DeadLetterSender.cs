using System.Globalization;
using System.Text;
using System.Text.Json;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Queues;
using Dispatcher.Pipeline.AsyncInvocations;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>Sends events that were given up to the function's dead-letter queue: the event as it came, with AWS's attributes.</summary>
internal sealed class DeadLetterSender(Lazy<IQueues?> queues)
{
    /// <summary>Returns when the queue has the event.</summary>
    /// <exception cref="Exception">Any one: it has not, or nobody knows.</exception>
    public async Task SendAsync(TriedEvent tried, string target, string condition, CancellationToken cancellation)
    {
        var embedded = queues.Value ?? throw new DestinationException("there are no queues here");
        var name = embedded.NameOf(target) ?? throw new DestinationException($"{target} is not a queue here");
        var queue = await embedded.GetAsync(name, cancellation);
        foreach (var result in await embedded.SendAsync(queue, [Message(tried, condition)], cancellation))
        {
            if (result.Error is { } error)
            {
                throw new DestinationException($"queue {name} refused a dead letter: {error.Message}", error);
            }
        }
    }

    private static QueueSend Message(TriedEvent tried, string condition)
    {
        var (code, text) = Error(tried, condition);
        return new QueueSend(Encoding.UTF8.GetString(tried.Held.Payload.Span))
        {
            AnySize = true,
            Attributes = new Dictionary<string, QueueAttribute>
            {
                ["RequestID"] = new("String", tried.Held.Id.ToString(), null),
                ["ErrorCode"] = new("Number", code.ToString(CultureInfo.InvariantCulture), null),
                ["ErrorMessage"] = new("String", text.Length > Limits.DeadLetterErrorChars ? text[..Limits.DeadLetterErrorChars] : text, null),
            },
        };
    }

    /// <summary>What the attributes say; never an empty text, which no attribute may be.</summary>
    private static (int Code, string Text) Error(TriedEvent tried, string condition) => tried.Outcome switch
    {
        InvocationOutcome.FunctionError error => (200, ErrorMessage(error.Payload) is { Length: > 0 } text ? text : error.ErrorType is { Length: > 0 } type ? type : condition),
        InvocationOutcome.Failed failed => (500, failed.Error.Message),
        InvocationOutcome.Throttled throttled => (429, throttled.Reason),
        _ when condition == AsyncPolicy.LoopDetected => (400, AsyncInvoker.LoopText(tried.Function)),
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
}
