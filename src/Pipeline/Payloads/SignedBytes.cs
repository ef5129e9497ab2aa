namespace Dispatcher.Pipeline.Payloads;

/// <summary>Bytes as AWS prints them in headers: a list of numbers of -128..127, as Java has them.</summary>
internal static class SignedBytes
{
    public static void Write(PayloadBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        buffer.Raw("["u8);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (i > 0)
            {
                buffer.Raw(","u8);
            }

            buffer.Number((sbyte)bytes[i]);
        }

        buffer.Raw("]"u8);
    }
}
