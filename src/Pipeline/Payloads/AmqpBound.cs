using System.Text;
using Dispatcher.Contracts.Records;

namespace Dispatcher.Pipeline.Payloads;

/// <summary>An upper bound of what properties and headers take in a payload.</summary>
internal static class AmqpBound
{
    private const int Scalar = 32;

    public static int Of(AmqpDetail detail)
        => Text(detail.ContentType) + Text(detail.ContentEncoding) + Text(detail.CorrelationId) + Text(detail.ReplyTo)
            + Text(detail.Expiration) + Text(detail.MessageId) + Text(detail.Type) + Text(detail.UserId) + Text(detail.AppId)
            + Text(detail.ClusterId) + Scalar + (detail.Headers is null ? 4 : Value(detail.Headers));

    private static int Text(string? text) => text is null ? 0 : PayloadBuffer.EscapedBound(text.Length * 3);

    private static int Value(object? value) => value switch
    {
        string text => Bytes(Encoding.UTF8.GetByteCount(text)),
        byte[] bytes => Bytes(bytes.Length),
        IReadOnlyDictionary<string, object?> table => 2 + table.Sum(e => 4 + Text(e.Key) + Value(e.Value)),
        IEnumerable<object?> list => 2 + list.Sum(e => 1 + Value(e)),
        _ => Scalar,
    };

    private static int Bytes(int count) => 16 + (5 * count);
}
