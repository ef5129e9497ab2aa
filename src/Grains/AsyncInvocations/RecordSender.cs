using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Pipeline.AsyncInvocations;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>Sends AWS's record of an event that ended to a destination.</summary>
internal sealed class RecordSender(Lazy<IDestinationWriter[]> writers, AsyncSettings settings)
{
    /// <summary>Returns when the destination has the record.</summary>
    /// <exception cref="Exception">Any one: it has not, or nobody knows.</exception>
    public async Task SendAsync(TriedEvent tried, string destination, string condition, CancellationToken cancellation)
    {
        var writer = Array.Find(writers.Value, one => one.Handles(destination))
            ?? throw new DestinationException($"nothing here delivers to {destination}");
        var arn = settings.Arn(tried.Function with { Qualifier = tried.Function.Qualifier ?? FunctionRef.Latest });
        var record = new AsyncRecord(tried.Held.Id, arn, condition, tried.Attempts, tried.Held.Payload)
        {
            Outcome = tried.Outcome,
            NowMs = tried.Held.NowMs,
        };
        var place = new MappingConfig { Uuid = tried.Held.Id.ToString(), FunctionArn = arn, OnFailureDestination = destination };
        await writer.DeliverAsync(place, [new DestinationMessage(record.Write()) { TraceId = tried.TraceId }], cancellation);
    }
}
