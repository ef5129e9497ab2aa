using Dispatcher.Contracts.Records;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>
/// The consumer of one channel. The client's memory lasts only for the callback, so bodies go into pages right there; the
/// pages wait for the reader. The prefetch bounds how many messages there can be. Ends with the channel or when the broker
/// takes the consumer away; what was not handed over by then is forgotten, because the broker delivers it again.
/// </summary>
internal sealed class DeliveryInbox(IChannel channel, QueueKind kind, long next, DeliveryLedger ledger, TimeProvider time)
    : AsyncDefaultBasicConsumer(channel), IDisposable
{
    private const string StreamOffset = "x-stream-offset";

    private readonly Lock _lock = new();
    private readonly PageQueue _pages = new();
    private TaskCompletionSource? _waiting;
    private long _next = next;

    /// <summary>Why there will be no more; null while there may.</summary>
    public string? EndReason { get; private set; }

    /// <summary>Waits for messages; null where the inbox has ended.</summary>
    /// <param name="maximum">Records in the page, at least 1.</param>
    /// <param name="cancellation">Stops waiting; nothing is lost.</param>
    public async ValueTask<RecordPage?> TakeAsync(int maximum, CancellationToken cancellation)
    {
        while (true)
        {
            Task wait;
            lock (_lock)
            {
                if (EndReason is not null)
                {
                    return null;
                }

                if (_pages.Take(maximum) is { } page)
                {
                    return page;
                }

                _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = _waiting.Task;
            }

            await wait.WaitAsync(cancellation);
        }
    }

    /// <summary>Ends the inbox; only the first reason counts.</summary>
    public void End(string reason)
    {
        lock (_lock)
        {
            EndReason ??= reason;
            Dispose();
            Wake();
        }
    }

    /// <summary>Gives the memory of what was not handed over back.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _pages.Dispose();
        }
    }

    /// <inheritdoc/>
    public override Task HandleBasicDeliverAsync(
        string consumerTag,
        ulong deliveryTag,
        bool redelivered,
        string exchange,
        string routingKey,
        IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (EndReason is not null)
            {
                return Task.CompletedTask;
            }

            if (Position(properties) is not { } position)
            {
                End("a message of the stream came without its offset");
                return Task.CompletedTask;
            }

            ledger.Delivered(position);
            if (position >= _next)
            {
                _next = position + 1;
                Add(position, redelivered, properties, body.Span);
                Wake();
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        End("the broker cancelled the consumer");
        return base.HandleBasicCancelAsync(consumerTag, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
    {
        End(reason.ReplyText);
        return base.HandleChannelShutdownAsync(channel, reason);
    }

    private long? Position(IReadOnlyBasicProperties properties)
    {
        if (kind == QueueKind.Queue)
        {
            return _next;
        }

        return properties.Headers is { } headers && headers.TryGetValue(StreamOffset, out var offset) && offset is long value
            ? value
            : null;
    }

    private void Add(long position, bool redelivered, IReadOnlyBasicProperties properties, ReadOnlySpan<byte> body)
    {
        var page = _pages.Filling();
        var own = AmqpProperties.TimestampMs(properties);
        var flags = (redelivered ? RecordFlags.Redelivered : RecordFlags.None)
            | (own is null ? RecordFlags.NoTimestamp : RecordFlags.None);
        page.Add(new Record(
            position,
            default,
            page.Copy(body),
            own ?? time.GetUtcNow().ToUnixTimeMilliseconds(),
            flags,
            AmqpProperties.Detail(properties)));
    }

    private void Wake()
    {
        _waiting?.TrySetResult();
        _waiting = null;
    }
}
