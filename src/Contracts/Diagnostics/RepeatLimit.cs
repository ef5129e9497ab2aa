namespace Dispatcher.Contracts.Diagnostics;

/// <summary>Lets the same thing be told once in a while only, and counts what was not told. Thread-safe.</summary>
/// <param name="time">The clock.</param>
/// <param name="pace">The shortest time between two tellings of the same thing.</param>
public sealed class RepeatLimit(TimeProvider time, TimeSpan pace)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long At, int Untold)> _told = new(StringComparer.Ordinal);

    /// <summary>Whether to tell it now.</summary>
    /// <param name="what">What happens: one of a bounded set of names.</param>
    /// <param name="untold">How often it happened without being told since it was told last.</param>
    public bool Admit(string what, out int untold)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            var known = _told.TryGetValue(what, out var last);
            untold = last.Untold;
            var admitted = !known || time.GetElapsedTime(last.At, now) >= pace;
            _told[what] = admitted ? (now, 0) : (last.At, last.Untold + 1);
            return admitted;
        }
    }
}
