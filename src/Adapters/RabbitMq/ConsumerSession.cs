using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Records;
using RabbitMQ.Client;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>One life of a channel with its consumer. Delivery tags mean something within it only.</summary>
internal sealed class ConsumerSession : IAsyncDisposable
{
    private const string StreamOffset = "x-stream-offset";

    private readonly RabbitMqChannel _channel;
    private readonly DeliveryInbox _inbox;
    private readonly DeliveryLedger _ledger;
    private readonly SemaphoreSlim _acks = new(1, 1);

    private ConsumerSession(RabbitMqChannel channel, DeliveryInbox inbox, DeliveryLedger ledger)
        => (_channel, _inbox, _ledger) = (channel, inbox, ledger);

    /// <summary>Why it ended; null while it lasts.</summary>
    public string? EndReason => _inbox.EndReason;

    /// <summary>Whether it ever brought a message.</summary>
    public bool Delivered { get; private set; }

    /// <summary>Opens a channel and consumes.</summary>
    /// <param name="connection">The mapping's connection.</param>
    /// <param name="kind">What the queue is.</param>
    /// <param name="shard">The shard; part of the consumer's tag.</param>
    /// <param name="next">The first record's position; for a stream the offset to begin at.</param>
    /// <param name="time">The clock for messages without a time of their own.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="Contracts.Sources.SourceException">It cannot be opened.</exception>
    public static async ValueTask<ConsumerSession> OpenAsync(
        RabbitMqConnection connection, QueueKind kind, string shard, long next, TimeProvider time, CancellationToken cancellation)
    {
        var plan = connection.Plan;
        var channel = await connection.OpenChannelAsync(cancellation);
        var ledger = new DeliveryLedger();
        var session = new ConsumerSession(channel, new DeliveryInbox(channel.Amqp, kind, next, ledger, time), ledger);
        await connection.BeginAsync(session, BeginAsync, cancellation);
        return session;

        async Task BeginAsync()
        {
            // Per consumer, not per channel: quorum queues and streams know no other. A stream sends whole chunks, so it
            // may go above the number by what is left of one.
            await channel.Amqp.BasicQosAsync(0, plan.Prefetch, global: false, cancellation);
            await channel.Amqp.BasicConsumeAsync(
                plan.Queue,
                autoAck: false,
                consumerTag: $"dispatcher/{plan.Mapping}/{shard}",
                noLocal: false,
                exclusive: false,
                kind == QueueKind.Stream ? new Dictionary<string, object?> { [StreamOffset] = next } : null,
                session._inbox,
                cancellation);
        }
    }

    /// <summary>Waits for messages; null where the session has ended.</summary>
    public async ValueTask<RecordPage?> TakeAsync(int maximum, CancellationToken cancellation)
    {
        var page = await _inbox.TakeAsync(maximum, cancellation);
        Delivered |= page is not null;
        return page;
    }

    /// <summary>
    /// Acknowledges what a checkpoint allows. On a channel that is gone it does nothing: the broker delivers again, and
    /// <see cref="TakeAsync"/> says that the session has ended.
    /// </summary>
    public async ValueTask AcknowledgeAsync(Checkpoint checkpoint, CancellationToken cancellation)
    {
        await _acks.WaitAsync(cancellation);
        try
        {
            if (!_channel.Amqp.IsOpen)
            {
                return;
            }

            // From here on without cancellation: what the ledger has given out must be sent.
            var acks = _ledger.Settle(checkpoint);
            if (acks.Multiple > 0)
            {
                await _channel.Amqp.BasicAckAsync((ulong)acks.Multiple, multiple: true, CancellationToken.None);
            }

            foreach (var tag in acks.Singles)
            {
                await _channel.Amqp.BasicAckAsync((ulong)tag, multiple: false, CancellationToken.None);
            }
        }
        catch (Exception e) when (!RabbitMqConnection.Cancelled(e, cancellation))
        {
            _inbox.End($"an acknowledgement could not be sent: {e.Message}");
        }
        finally
        {
            _acks.Release();
        }
    }

    /// <summary>Closes the channel: the broker puts what was not acknowledged back into the queue.</summary>
    public async ValueTask DisposeAsync()
    {
        _inbox.End("closed");
        await _channel.DisposeAsync();
    }
}
