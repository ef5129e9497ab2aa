namespace Dispatcher.Testing.Server;

/// <summary>How a test wants its server.</summary>
public sealed record ServerOptions
{
    /// <summary>Region of every ARN.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Account of every ARN.</summary>
    public string Account { get; init; } = "000000000000";

    /// <summary>The text of the configuration file (JSON); null for none.</summary>
    public string? Config { get; init; }

    /// <summary>The data folder; null for one of the server's own, which is deleted with it.</summary>
    public string? Data { get; init; }

    /// <summary>Where it listens; null: the loopback device and a free port.</summary>
    public string? Url { get; init; }

    /// <summary>What starts the program, with its arguments; empty: nothing. It must become the program (exec).</summary>
    public IReadOnlyList<string> Launcher { get; init; } = [];

    /// <summary>More environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
