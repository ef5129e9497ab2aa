namespace Dispatcher.Pipeline.Filters;

/// <summary>What became of one thing that a pattern wants of a field. Bytes, because there is an array of them per shard.</summary>
internal static class Goal
{
    /// <summary>Not reached.</summary>
    public const byte Missed = 0;

    /// <summary>Reached because fields are absent, as wanted.</summary>
    public const byte Absent = 1;

    /// <summary>Reached by a value.</summary>
    public const byte Reached = 2;

    /// <summary>
    /// Two elements of an array: one that reaches the goal is enough; without one, every element must be without the fields that
    /// are to be absent.
    /// </summary>
    public static byte Either(byte one, byte other) => one == Reached || other == Reached ? Reached : Math.Min(one, other);
}
