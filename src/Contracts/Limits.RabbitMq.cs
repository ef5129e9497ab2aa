namespace Dispatcher.Contracts;

// Limits of RabbitMQ.
public static partial class Limits
{
    /// <summary>Unacknowledged messages of one RabbitMQ consumer (the field of basic.qos has 16 bits).</summary>
    public const int RabbitMqPrefetch = 65_535;

    /// <summary>Bytes of a RabbitMQ message (the broker's own hard maximum, 512 MiB): a larger frame would end the connection.</summary>
    public const int RabbitMqMessageBytes = 512 * 1024 * 1024;

    /// <summary>Consumers of one RabbitMQ queue (Lambda API model: MinimumPollers 1..200).</summary>
    public const int RabbitMqConsumers = 200;

    /// <summary>Milliseconds between two attempts to reach a broker that is away: long enough to spare it, short to be back soon.</summary>
    public const int RabbitMqBackoffMs = 5_000;

    /// <summary>Milliseconds between heartbeats with a RabbitMQ broker; without any for twice that long it is given up.</summary>
    public const int RabbitMqHeartbeatMs = 15_000;

    /// <summary>Milliseconds that a RabbitMQ broker may take for a connection or an answer.</summary>
    public const int RabbitMqConnectMs = 10_000;

    /// <summary>Milliseconds that closing a channel or connection may take: one that is broken is left behind.</summary>
    public const int RabbitMqCloseMs = 5_000;

    /// <summary>Milliseconds in which a RabbitMQ broker is to confirm a record of a destination: it may have to write it on several machines.</summary>
    public const int RabbitMqConfirmMs = 30_000;
}
