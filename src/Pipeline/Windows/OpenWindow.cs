namespace Dispatcher.Pipeline.Windows;

/// <summary>A tumbling window that a lane is in.</summary>
/// <param name="StartMs">Its beginning, milliseconds since 1970, a multiple of its length.</param>
/// <param name="LengthMs">Its length, milliseconds.</param>
/// <param name="State">What the function handed on, JSON in UTF-8.</param>
/// <param name="Early">True where it has to end before its time: the state is too large, or the lanes change.</param>
internal sealed record OpenWindow(long StartMs, long LengthMs, ReadOnlyMemory<byte> State, bool Early)
{
    /// <summary>The first moment that is not in it.</summary>
    public long EndMs => StartMs + LengthMs;

    /// <summary>The beginning of the window that a time lies in.</summary>
    public static long StartOf(long timeMs, long lengthMs) => timeMs - (((timeMs % lengthMs) + lengthMs) % lengthMs);
}
