using System.Collections.Concurrent;
using System.Text.Json;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Grains.Tests.Fakes;

/// <summary>A destination that keeps what it gets, or is away.</summary>
internal sealed class FakeDestination : IDestinationWriter
{
    private int _failures;

    /// <summary>While true, deliveries fail.</summary>
    public bool Away { get; set; }

    /// <summary>How they fail.</summary>
    public Exception Reason { get; set; } = new DestinationException("the destination is away");

    /// <summary>Deliveries that failed.</summary>
    public int Failures => _failures;

    /// <summary>What arrived.</summary>
    public ConcurrentQueue<JsonElement> Received { get; } = new();

    public DestinationForm Form => DestinationForm.Batch;

    public bool Handles(string destination) => true;

    public ValueTask CheckAsync(MappingConfig mapping, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask DeliverAsync(MappingConfig mapping, IReadOnlyList<DestinationMessage> messages, CancellationToken cancellation)
    {
        if (Away)
        {
            Interlocked.Increment(ref _failures);
            throw Reason;
        }

        foreach (var message in messages)
        {
            Received.Enqueue(JsonDocument.Parse(message.Body).RootElement.Clone());
        }

        return ValueTask.CompletedTask;
    }
}
