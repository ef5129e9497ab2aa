namespace Dispatcher.Contracts.Configuration;

/// <summary>Workers elsewhere: pods that run a function's image and fetch events from here.</summary>
public sealed class RemoteWorkersConfig
{
    /// <summary>Where the Runtime API listens for them (<c>http://*:9001</c>); empty: there are none.</summary>
    public string Url { get; set; } = "";

    /// <summary>What the tokens of functions are derived from; the same in all processes of a cluster. Needed with Url.</summary>
    public SecretConfig? Key { get; set; }

    /// <summary>The key before: tokens derived from it are good too, until it is taken out.</summary>
    public SecretConfig? OldKey { get; set; }

    /// <summary>Workers of one function version that are connected to one process, 1..10000.</summary>
    public int MaximumPerFunction { get; set; } = 1_000;

    /// <summary>Seconds that an invocation waits for a free worker before it is throttled, 0..900.</summary>
    public int WaitSeconds { get; set; } = 10;
}
