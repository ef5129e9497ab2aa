namespace Dispatcher.Pipeline.AsyncInvocations;

/// <summary>What becomes of an asynchronous event after a try: one of the nested kinds.</summary>
internal abstract record AsyncVerdict
{
    private AsyncVerdict()
    {
    }

    /// <summary>The function dealt with it.</summary>
    public sealed record Done : AsyncVerdict;

    /// <summary>It is tried again.</summary>
    /// <param name="Wait">When.</param>
    /// <param name="Counts">Whether the try that failed counts as an attempt.</param>
    public sealed record Again(TimeSpan Wait, bool Counts) : AsyncVerdict;

    /// <summary>It is given up.</summary>
    /// <param name="Condition">AWS's word for the reason.</param>
    public sealed record GivenUp(string Condition) : AsyncVerdict;
}
