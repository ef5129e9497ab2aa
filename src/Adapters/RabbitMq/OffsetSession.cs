using System.Threading.Channels;
using RabbitMQ.Client;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>A consumer of a stream that looks at offsets only; it uses nothing up.</summary>
internal sealed class OffsetSession : AsyncDefaultBasicConsumer, IAsyncDisposable
{
    private const string StreamOffset = "x-stream-offset";
    private const int ReadAhead = 1_000;

    private readonly Channel<long> _offsets = System.Threading.Channels.Channel.CreateBounded<long>(ReadAhead);
    private readonly RabbitMqChannel _channel;
    private readonly TimeProvider _time;

    private OffsetSession(RabbitMqChannel channel, TimeProvider time)
        : base(channel.Amqp) => (_channel, _time) = (channel, time);

    /// <summary>Opens a channel and consumes from an offset specification on.</summary>
    /// <exception cref="Contracts.Sources.SourceException">It cannot be opened.</exception>
    public static async ValueTask<OffsetSession> OpenAsync(
        RabbitMqConnection connection, object offset, TimeProvider time, CancellationToken cancellation)
    {
        var channel = await connection.OpenChannelAsync(cancellation);
        var session = new OffsetSession(channel, time);
        await connection.BeginAsync(session, BeginAsync, cancellation);
        return session;

        async Task BeginAsync()
        {
            await channel.Amqp.BasicQosAsync(0, ReadAhead, global: false, cancellation);
            await channel.Amqp.BasicConsumeAsync(
                connection.Plan.Queue,
                autoAck: false,
                consumerTag: "",
                noLocal: false,
                exclusive: false,
                new Dictionary<string, object?> { [StreamOffset] = offset },
                session,
                cancellation);
        }
    }

    /// <summary>The next message's offset; null where none comes in that time.</summary>
    public async ValueTask<long?> NextAsync(TimeSpan wait, CancellationToken cancellation)
    {
        if (_offsets.Reader.TryRead(out var offset))
        {
            return offset;
        }

        using var limit = new CancellationTokenSource(wait, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            return await _offsets.Reader.ReadAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>How many messages the broker believes the stream to have; some seconds old.</summary>
    public ValueTask<uint> CountAsync(string queue, CancellationToken cancellation)
        => new(_channel.Amqp.MessageCountAsync(queue, cancellation));

    /// <inheritdoc/>
    public override async Task HandleBasicDeliverAsync(
        string consumerTag,
        ulong deliveryTag,
        bool redelivered,
        string exchange,
        string routingKey,
        IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken = default)
    {
        var offset = properties.Headers is { } headers && headers.TryGetValue(StreamOffset, out var value) ? value : null;
        if (offset is long number && await _offsets.Writer.WaitToWriteAsync(cancellationToken))
        {
            _offsets.Writer.TryWrite(number);
            await _channel.Amqp.BasicAckAsync(deliveryTag, multiple: false, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _offsets.Writer.TryComplete();
        await _channel.DisposeAsync();
    }
}
