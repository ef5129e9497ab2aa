namespace Dispatcher.Pipeline.Payloads;

/// <summary>Helps shapes whose records all end with a comma.</summary>
internal static class Envelope
{
    /// <summary>Writes the closing text over the last record's comma.</summary>
    public static void CloseList(PayloadBuffer buffer, ReadOnlySpan<byte> closing)
    {
        if (buffer.Written.Span[^1] == (byte)',')
        {
            buffer.DropLast();
        }

        buffer.Ensure(closing.Length);
        buffer.Raw(closing);
    }
}
