using System.Text.Json;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>What is kept with the payload of an asynchronous event.</summary>
internal sealed record AsyncEvent
{
    private static readonly byte[] Nothing = "{}"u8.ToArray();

    /// <summary>The version or alias that was asked for; null without.</summary>
    public string? Qualifier { get; set; }

    /// <summary>The decoded client context; null without.</summary>
    public string? ClientContext { get; set; }

    /// <summary>The trace header; null without.</summary>
    public string? TraceId { get; set; }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static AsyncEvent Read(QueueMessage message)
        => JsonSerializer.Deserialize(message.Attributes.Span, AsyncJson.Default.AsyncEvent)
            ?? throw new StoreException($"asynchronous event {message.Id} has no attributes");

    /// <summary>The stored form.</summary>
    public byte[] Write() => Qualifier is null && ClientContext is null && TraceId is null ? Nothing : JsonSerializer.SerializeToUtf8Bytes(this, AsyncJson.Default.AsyncEvent);

    /// <summary>The function that is called.</summary>
    public FunctionRef Function(string name) => new(name, Qualifier);
}
