using Confluent.Kafka;
using Dispatcher.Adapters.Kafka;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Adapters.Destinations;

/// <summary>
/// <c>kafka://TOPIC</c>: a topic of the cluster that the mapping reads, with the mapping's own credentials. What reads no Kafka
/// (asynchronous invocations) writes to the configuration's only or default cluster, or to a named one by the ARN of the topic,
/// <c>arn:aws:kafka:…:topic/NAME/ID/TOPIC</c>.
/// </summary>
internal sealed class KafkaDestination(DispatcherConfig config, ISecrets secrets, KafkaProducers producers) : IDestinationWriter
{
    private const string Prefix = "kafka://";

    /// <inheritdoc/>
    public DestinationForm Form => DestinationForm.Record;

    /// <inheritdoc/>
    public bool Handles(string destination) => destination.StartsWith(Prefix, StringComparison.Ordinal) || InCluster(destination) is not null;

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

    /// <summary>
    /// Sends all at once, so that one round trip is enough, and waits for all, also where one has failed. What was too large goes
    /// again by itself, since the topic's limit is one for what travels together, and then without its payload: with all that
    /// stands around it, it would be refused for ever.
    /// </summary>
    private static async Task SendAsync(
        IProducer<byte[]?, byte[]> producer, string topic, IReadOnlyList<DestinationMessage> messages, CancellationToken cancellation)
    {
        var fits = await Task.WhenAll(messages.Select(one => FitsAsync(producer, topic, one, cancellation)));
        for (var i = 0; i < fits.Length; i++)
        {
            if (!fits[i] && !await FitsAsync(producer, topic, messages[i], cancellation))
            {
                await SendAsync(producer, topic, messages[i], messages[i].Brief!.Value, cancellation);
            }
        }
    }

    /// <summary>Sends a message; false where the topic finds it too large and there is a smaller one.</summary>
    private static async Task<bool> FitsAsync(
        IProducer<byte[]?, byte[]> producer, string topic, DestinationMessage message, CancellationToken cancellation)
    {
        try
        {
            await SendAsync(producer, topic, message, message.Body, cancellation);
            return true;
        }
        catch (ProduceException<byte[]?, byte[]> e) when (message.Brief is not null && IsTooLarge(e.Error.Code))
        {
            return false;
        }
    }

    private static async Task SendAsync(
        IProducer<byte[]?, byte[]> producer, string topic, DestinationMessage message, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var result = await producer.ProduceAsync(
            topic, new Message<byte[]?, byte[]> { Key = message.Key?.ToArray()!, Value = body.ToArray() }, cancellation);
        if (result.Status != PersistenceStatus.Persisted)
        {
            throw new DestinationException($"Topic '{topic}' did not confirm a message");
        }
    }

    private static bool IsTooLarge(ErrorCode code) => code is ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidMsgSize or ErrorCode.RecordListTooLarge;

    private static (string Cluster, string Topic)? InCluster(string destination)
        => Arn.TryParse(destination, out var arn) && arn.Service == "kafka"
            && arn.Resource.Split('/') is ["topic", { Length: > 0 } cluster, { Length: > 0 }, { Length: > 0 } topic] ? (cluster, topic) : null;

    private (KafkaTarget Target, string Topic) Target(MappingConfig mapping)
    {
        var named = InCluster(mapping.OnFailureDestination!);
        var topic = named?.Topic ?? mapping.OnFailureDestination![Prefix.Length..];
        if (!KafkaTarget.IsTopic(topic))
        {
            throw ServiceException.Invalid($"'{topic}' is not a valid Kafka topic name.");
        }

        return named is null && mapping.Topics is not null
            ? (KafkaTarget.Of(mapping, config), topic)
            : (KafkaTarget.ForDestination(topic, named?.Cluster, config), topic);
    }
}
