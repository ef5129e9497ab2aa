using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Contracts.Queues;

/// <summary>Receipt handles as callers see them: an opaque text that names the queue and one receive of one message.</summary>
public static class QueueHandle
{
    /// <summary>The text of a receipt.</summary>
    public static string Write(string queueId, QueueReceipt receipt)
        => Convert.ToBase64String(Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{queueId} {receipt.Sequence} {receipt.Token}")));

    /// <summary>Reads what <see cref="Write"/> wrote; false for anything else and for a handle of another queue.</summary>
    public static bool TryRead(string queueId, [NotNullWhen(true)] string? text, out QueueReceipt receipt)
    {
        receipt = default;
        Span<byte> bytes = stackalloc byte[256];
        if (text is null || !Convert.TryFromBase64String(text, bytes, out var length)
            || Encoding.ASCII.GetString(bytes[..length]).Split(' ') is not [var queue, var sequence, var token]
            || queue != queueId
            || !long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var receive))
        {
            return false;
        }

        receipt = new QueueReceipt(number, receive);
        return true;
    }
}
