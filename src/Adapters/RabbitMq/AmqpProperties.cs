using Dispatcher.Contracts.Records;
using RabbitMQ.Client;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>Basic properties of the client library as the house's own.</summary>
internal static class AmqpProperties
{
    /// <summary>The latest second that a date can have (end of the year 9999); producers put all sorts of things there.</summary>
    private const long LastSecond = 253_402_300_799;

    /// <summary>The properties; null where the message carries none at all.</summary>
    public static AmqpDetail? Detail(IReadOnlyBasicProperties from) => Any(from)
        ? new AmqpDetail
        {
            ContentType = from.ContentType,
            ContentEncoding = from.ContentEncoding,
            Headers = from.Headers is { } headers ? Table(headers) : null,
            DeliveryMode = from.IsDeliveryModePresent() ? (int)from.DeliveryMode : null,
            Priority = from.IsPriorityPresent() ? from.Priority : null,
            CorrelationId = from.CorrelationId,
            ReplyTo = from.ReplyTo,
            Expiration = from.Expiration,
            MessageId = from.MessageId,
            TimestampSeconds = from.IsTimestampPresent() ? from.Timestamp.UnixTime : null,
            Type = from.Type,
            UserId = from.UserId,
            AppId = from.AppId,
            ClusterId = from.ClusterId,
        }
        : null;

    /// <summary>The message's own time in milliseconds since 1970; null where it has none or one that is no date.</summary>
    public static long? TimestampMs(IReadOnlyBasicProperties from)
        => from.IsTimestampPresent() && from.Timestamp.UnixTime is >= 0 and <= LastSecond
            ? from.Timestamp.UnixTime * 1000
            : null;

    private static bool Any(IReadOnlyBasicProperties from)
        => from.IsDeliveryModePresent() || from.IsHeadersPresent() || from.IsContentTypePresent()
            || from.IsMessageIdPresent() || from.IsTimestampPresent() || from.IsTypePresent()
            || from.IsCorrelationIdPresent() || from.IsReplyToPresent() || from.IsAppIdPresent()
            || from.IsPriorityPresent() || from.IsExpirationPresent() || from.IsContentEncodingPresent()
            || from.IsUserIdPresent() || from.IsClusterIdPresent();

    private static Dictionary<string, object?> Table(IDictionary<string, object?> from)
    {
        var table = new Dictionary<string, object?>(from.Count);
        foreach (var (name, value) in from)
        {
            table[name] = Value(value);
        }

        return table;
    }

    /// <summary>
    /// A field value: long strings stay the bytes they are on the wire. A timestamp that is no date stays a number.
    /// </summary>
    private static object? Value(object? value) => value switch
    {
        AmqpTimestamp { UnixTime: >= 0 and <= LastSecond } time => DateTimeOffset.FromUnixTimeSeconds(time.UnixTime),
        AmqpTimestamp time => time.UnixTime,
        BinaryTableValue binary => binary.Bytes,
        float single => (double)single,
        IDictionary<string, object?> table => Table(table),
        byte[] bytes => bytes,
        IList<object?> list => List(list),
        _ => value,
    };

    private static List<object?> List(IList<object?> from)
    {
        var list = new List<object?>(from.Count);
        foreach (var value in from)
        {
            list.Add(Value(value));
        }

        return list;
    }
}
