using Confluent.Kafka;
using Dispatcher.Adapters.Kafka;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Adapters.Destinations;

/// <summary><c>kafka://topic</c>: a topic of the cluster that the mapping reads, with the mapping's own credentials.</summary>
internal sealed class KafkaDestination(DispatcherConfig config, ISecrets secrets, KafkaProducers producers) : IDestinationWriter
{
    private const string Prefix = "kafka://";

    /// <inheritdoc/>
    public DestinationForm Form => DestinationForm.Record;

    /// <inheritdoc/>
    public bool Handles(string destination) => destination.StartsWith(Prefix, StringComparison.Ordinal);

    /// <inheritdoc/>
    public ValueTask CheckAsync(MappingConfig mapping, CancellationToken cancellation)
    {
        Target(mapping);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DeliverAsync(
        MappingConfig mapping, IReadOnlyList<DestinationMessage> messages, CancellationToken cancellation)
    {
        var (target, topic) = Target(mapping);
        var settings = KafkaClientSettings.ForProducer(target, await KafkaCredentials.ReadAsync(target.Access, secrets, cancellation));
        var place = string.Join('\n', [target.Servers, .. target.Access.Select(a => $"{a.Type}={a.Uri}")]);
        try
        {
            await producers.UseAsync(place, settings, producer => SendAsync(producer, topic, messages, cancellation));
        }
        catch (KafkaException e)
        {
            throw new DestinationException(KafkaErrors.From(e.Error, topic).Message, e);
        }
    }

    /// <summary>Sends all at once, so that one round trip is enough, and waits for all, also where one has failed.</summary>
    private static async Task SendAsync(
        IProducer<byte[]?, byte[]> producer, string topic, IReadOnlyList<DestinationMessage> messages, CancellationToken cancellation)
    {
        var sent = new Task<DeliveryResult<byte[]?, byte[]>>[messages.Count];
        for (var i = 0; i < sent.Length; i++)
        {
            var message = new Message<byte[]?, byte[]> { Key = messages[i].Key?.ToArray()!, Value = messages[i].Body.ToArray() };
            sent[i] = producer.ProduceAsync(topic, message, cancellation);
        }

        foreach (var result in await Task.WhenAll(sent))
        {
            if (result.Status != PersistenceStatus.Persisted)
            {
                throw new DestinationException($"Topic '{topic}' did not confirm a message");
            }
        }
    }

    private (KafkaTarget Target, string Topic) Target(MappingConfig mapping)
    {
        var topic = mapping.OnFailureDestination![Prefix.Length..];
        return KafkaTarget.IsTopic(topic)
            ? (KafkaTarget.Of(mapping, config), topic)
            : throw ServiceException.Invalid($"'{topic}' is not a valid Kafka topic name.");
    }
}
