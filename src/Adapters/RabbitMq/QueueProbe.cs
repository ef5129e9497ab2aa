using Dispatcher.Contracts.Sources;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>
/// Finds out whether a queue is a stream. AMQP 0-9-1 has no question for it (a passive declaration does not tell), but the
/// broker checks the arguments of basic.consume by the queue's type and refuses with 406: <c>x-stream-offset</c> on a
/// classic or quorum queue, <c>x-priority</c> on a stream. So a stream is what accepts the first and refuses the second;
/// a broker that accepts both does not look at them and is taken for one with queues only. Only the right to read is
/// needed, and no message is touched: a queue refuses the first question, and a stream's messages are not used up.
/// </summary>
internal static class QueueProbe
{
    /// <summary>Asks the broker.</summary>
    /// <exception cref="SourceException">It cannot be asked, or there is no such queue.</exception>
    public static async ValueTask<QueueKind> LookAsync(RabbitMqConnection connection, CancellationToken cancellation)
    {
        var stream = await AcceptsAsync(connection, "x-stream-offset", "next", cancellation)
            && !await AcceptsAsync(connection, "x-priority", 0, cancellation);
        return stream ? QueueKind.Stream : QueueKind.Queue;
    }

    /// <summary>Messages that no consumer has; a passive declaration tells.</summary>
    /// <exception cref="SourceException">It cannot be asked, or there is no such queue.</exception>
    public static async ValueTask<long> CountReadyAsync(RabbitMqConnection connection, CancellationToken cancellation)
    {
        await using var opened = await connection.OpenChannelAsync(cancellation);
        try
        {
            return await opened.Amqp.MessageCountAsync(connection.Plan.Queue, cancellation);
        }
        catch (Exception e) when (!RabbitMqConnection.Cancelled(e, cancellation))
        {
            throw RabbitMqErrors.Translate(e, connection.Plan);
        }
    }

    private static async ValueTask<bool> AcceptsAsync(
        RabbitMqConnection connection, string argument, object value, CancellationToken cancellation)
    {
        await using var opened = await connection.OpenChannelAsync(cancellation);
        var channel = opened.Amqp;
        try
        {
            await channel.BasicQosAsync(0, 1, global: false, cancellation);
            await channel.BasicConsumeAsync(
                connection.Plan.Queue,
                autoAck: false,
                consumerTag: "",
                noLocal: false,
                exclusive: false,
                new Dictionary<string, object?> { [argument] = value },
                new AsyncDefaultBasicConsumer(channel),
                cancellation);
            return true;
        }
        catch (OperationInterruptedException e) when (Refuses(e, argument))
        {
            return false;
        }
        catch (Exception e) when (!RabbitMqConnection.Cancelled(e, cancellation))
        {
            throw RabbitMqErrors.Translate(e, connection.Plan);
        }
    }

    private static bool Refuses(OperationInterruptedException e, string argument)
        => e.ShutdownReason is { ReplyCode: Constants.PreconditionFailed } reason && reason.ReplyText.Contains(argument);
}
