using System.Text;
using Dispatcher.Pipeline.Payloads;

namespace Dispatcher.Pipeline.Windows;

/// <summary>Adds what a function sees of its window to an event: the members behind the records.</summary>
internal static class WindowPayload
{
    /// <summary>Bytes that everything but state, shard and source takes at most.</summary>
    public const int FixedBytes = 256;

    private static ReadOnlySpan<byte> NoState => "{}"u8;

    /// <summary>Writes the members into an event that is complete but for them.</summary>
    /// <param name="buffer">The event.</param>
    /// <param name="window">The window.</param>
    /// <param name="shard">The shard's name.</param>
    /// <param name="sourceArn">The source; null for a self-managed cluster.</param>
    public static void Append(PayloadBuffer buffer, BatchWindow window, string shard, string? sourceArn)
    {
        buffer.DropLast();
        Text(buffer, $",\"window\":{{\"start\":\"{Time(window.Window.StartMs)}\",\"end\":\"{Time(window.Window.EndMs)}\"}},\"state\":");
        var state = window.Window.State.IsEmpty ? NoState : window.Window.State.Span;
        buffer.Ensure(state.Length);
        buffer.Raw(state);
        Text(buffer, $",\"shardId\":\"{JsonText.Escape(shard)}\"");
        if (sourceArn is not null)
        {
            Text(buffer, $",\"eventSourceARN\":\"{JsonText.Escape(sourceArn)}\"");
        }

        Text(buffer, $",\"isFinalInvokeForWindow\":{Flag(window.Final)},\"isWindowTerminatedEarly\":{Flag(window.Final && window.Window.Early)}}}");
    }

    private static string Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    private static string Flag(bool value) => value ? "true" : "false";

    private static void Text(PayloadBuffer buffer, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        buffer.Ensure(utf8.Length);
        buffer.Raw(utf8);
    }
}
