using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Queues;

namespace Dispatcher.Adapters.EmbeddedQueues;

/// <summary><c>arn:aws:sqs:…:NAME</c>: an embedded queue as an on-failure destination; standard queues only, as at AWS. It takes records of any size.</summary>
internal sealed class QueueDestination(IQueues queues, DispatcherConfig config) : IDestinationWriter
{
    /// <inheritdoc/>
    public DestinationForm Form => DestinationForm.Batch;

    /// <inheritdoc/>
    public bool Handles(string destination) => Arn.TryParse(destination, out var arn) && arn.Service == "sqs";

    /// <inheritdoc/>
    public async ValueTask CheckAsync(MappingConfig mapping, CancellationToken cancellation)
    {
        if (await FindAsync(mapping, cancellation) is not { } queue)
        {
            throw ServiceException.Invalid($"The destination queue {mapping.OnFailureDestination} does not exist.");
        }

        if (queue.Fifo)
        {
            throw ServiceException.Invalid($"The destination {mapping.OnFailureDestination} is a FIFO queue: use a standard queue.");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DeliverAsync(
        MappingConfig mapping, IReadOnlyList<DestinationMessage> messages, CancellationToken cancellation)
    {
        var queue = await FindAsync(mapping, cancellation)
            ?? throw new DestinationException($"queue {mapping.OnFailureDestination} does not exist");
        for (var from = 0; from < messages.Count; from += Limits.QueueBatch)
        {
            var some = messages.Skip(from).Take(Limits.QueueBatch).Select(one => new QueueSend(Encoding.UTF8.GetString(one.Body.Span)) { AnySize = true });
            foreach (var result in await queues.SendAsync(queue, [.. some], cancellation))
            {
                if (result.Error is { } error)
                {
                    throw new DestinationException($"queue {queue.Name} refused a message: {error.Message}", error);
                }
            }
        }
    }

    private async ValueTask<QueueConfig?> FindAsync(MappingConfig mapping, CancellationToken cancellation)
        => QueueNames.NameOf(config, mapping.OnFailureDestination) is { } name ? await queues.FindAsync(name, cancellation) : null;
}
