using System.Runtime.InteropServices;

namespace Dispatcher.Contracts.Diagnostics;

/// <summary>
/// What goes wrong for a while: told when it begins, once in a while as long as it goes on, and when it is over. What comes and goes
/// all the time is not told all the time. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="pace">The shortest time between two tellings of the same trouble.</param>
public sealed class Troubles(TimeProvider time, TimeSpan pace)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Trouble> _known = new(StringComparer.Ordinal);

    /// <summary>It went wrong: whether to tell it now.</summary>
    /// <param name="what">The trouble's name.</param>
    /// <param name="untold">How often it happened without being told since it was told last.</param>
    public bool Happened(string what, out int untold)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            if (!_known.ContainsKey(what) && _known.Count >= Limits.KnownTroubles)
            {
                Forget(now);
            }

            ref var trouble = ref CollectionsMarshal.GetValueRefOrAddDefault(_known, what, out var known);
            var tell = !known || time.GetElapsedTime(trouble.ToldAt, now) >= pace;
            untold = trouble.Untold;
            trouble = new Trouble
            {
                BeganAt = trouble.Lasts ? trouble.BeganAt : now,
                ToldAt = tell ? now : trouble.ToldAt,
                Untold = tell ? 0 : trouble.Untold + 1,
                Lasts = true,
                Told = tell || trouble.Told,
            };
            return tell;
        }
    }

    /// <summary>It goes well: whether to tell that. False where it went well before, or nobody was told that it did not.</summary>
    /// <param name="what">The trouble's name.</param>
    /// <param name="lasted">How long it lasted.</param>
    public bool Over(string what, out TimeSpan lasted)
    {
        lasted = TimeSpan.Zero;
        lock (_gate)
        {
            if (!_known.TryGetValue(what, out var trouble) || !trouble.Lasts)
            {
                return false;
            }

            lasted = time.GetElapsedTime(trouble.BeganAt);
            _known[what] = trouble with { Lasts = false, Told = false };
            return trouble.Told;
        }
    }

    /// <summary>What is over, or was not heard of for a while, makes room.</summary>
    private void Forget(long now)
    {
        foreach (var (what, trouble) in _known)
        {
            if (!trouble.Lasts || time.GetElapsedTime(trouble.ToldAt, now) >= pace)
            {
                _known.Remove(what);
            }
        }
    }

    private record struct Trouble
    {
        public long BeganAt { get; init; }

        public long ToldAt { get; init; }

        public int Untold { get; init; }

        public bool Lasts { get; init; }

        public bool Told { get; init; }
    }
}
