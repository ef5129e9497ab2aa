using System.Globalization;

namespace Dispatcher.Adapters.Postgres;

/// <summary>What processes tell each other of a log: <c>id next state name</c>.</summary>
/// <param name="Name">The log.</param>
/// <param name="State">Its state; of a deleted one only the id counts.</param>
/// <param name="Gone">Whether it was deleted.</param>
internal readonly record struct LogNotice(string Name, LogState State, bool Gone)
{
    /// <summary>The channel of PostgreSQL.</summary>
    public const string Channel = "dispatcher_logs";

    /// <summary>Reads a payload; false where it is not one of this program.</summary>
    public static bool TryParse(string payload, out LogNotice notice)
    {
        notice = default;
        var parts = payload.Split(' ', 4);
        if (parts.Length < 4
            || !long.TryParse(parts[0], CultureInfo.InvariantCulture, out var id)
            || !long.TryParse(parts[1], CultureInfo.InvariantCulture, out var next))
        {
            return false;
        }

        notice = new LogNotice(parts[3], new LogState(id, next, parts[2] == "sealed"), parts[2] == "gone");
        return true;
    }

    /// <summary>The payload.</summary>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{State.Id} {State.Next} {(Gone ? "gone" : State.Sealed ? "sealed" : "open")} {Name}");
}
