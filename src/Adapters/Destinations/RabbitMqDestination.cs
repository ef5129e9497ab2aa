using System.Collections.Concurrent;
using Dispatcher.Adapters.RabbitMq;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Dispatcher.Adapters.Destinations;

/// <summary>
/// <c>arn:aws:mq:…:broker:NAME:ID:QUEUE</c>: a queue of a RabbitMQ broker. Every message is mandatory, persistent and
/// confirmed: a queue that is not there, or a broker that does not answer, is a failure.
/// </summary>
internal sealed class RabbitMqDestination(DispatcherConfig config, ISecrets secrets) : IDestinationWriter, IAsyncDisposable
{
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromMilliseconds(Limits.RabbitMqConfirmMs);
    private static readonly CreateChannelOptions Confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);

    /// <summary>One connection for all queues of a virtual host that are written with the same credentials.</summary>
    private readonly ConcurrentDictionary<(string Broker, string Host, string Secret), RabbitMqConnection> _connections = new();

    /// <inheritdoc/>
    public DestinationForm Form => DestinationForm.Batch;

    /// <inheritdoc/>
    public bool Handles(string destination) => Arn.TryParse(destination, out var arn) && arn.Service == "mq";

    /// <inheritdoc/>
    public async ValueTask CheckAsync(MappingConfig mapping, CancellationToken cancellation)
    {
        var plan = RabbitMqPlan.ForDestination(mapping, config);
        await RabbitMqCredentials.ReadAsync(secrets, plan.SecretArn, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DeliverAsync(
        MappingConfig mapping, IReadOnlyList<DestinationMessage> messages, CancellationToken cancellation)
    {
        var plan = RabbitMqPlan.ForDestination(mapping, config);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ConfirmWithin);
        try
        {
            await PublishAsync(plan, messages, limit.Token);
        }
        catch (PublishException e)
        {
            throw new DestinationException(
                e.IsReturn ? $"queue '{plan.Queue}' does not exist in virtual host '{plan.VirtualHost}'" : $"queue '{plan.Queue}' refused the message", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new DestinationException($"broker '{plan.Broker}' did not confirm within {ConfirmWithin.TotalSeconds} s", e);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            throw new DestinationException(RabbitMqErrors.Translate(e, plan).Message, e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections.Values)
        {
            await connection.DisposeAsync();
        }
    }

    private async Task PublishAsync(RabbitMqPlan plan, IReadOnlyList<DestinationMessage> messages, CancellationToken cancellation)
    {
        var connection = _connections.GetOrAdd((plan.Broker, plan.VirtualHost, plan.SecretArn), _ => new RabbitMqConnection(plan, secrets));
        await using var channel = await connection.OpenChannelAsync(Confirmed, cancellation);
        var properties = new BasicProperties { ContentType = "application/json", Persistent = true };
        var sent = new List<Task>(messages.Count);
        foreach (var message in messages)
        {
            sent.Add(channel.Amqp.BasicPublishAsync("", plan.Queue, mandatory: true, properties, message.Body, cancellation).AsTask());
        }

        await Task.WhenAll(sent);
    }
}
