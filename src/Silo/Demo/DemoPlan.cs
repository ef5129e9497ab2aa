namespace Dispatcher.Silo.Demo;

/// <summary>What the demo does.</summary>
/// <param name="Records">Records to put.</param>
/// <param name="Shards">Shards of the stream.</param>
internal sealed record DemoPlan(int Records, int Shards)
{
    /// <summary>Records of one batch of the mapping.</summary>
    public const int BatchSize = 100;

    /// <summary>Name of the stream.</summary>
    public const string Stream = "demo-stream";

    /// <summary>Name of the function.</summary>
    public const string Function = "demo-function";
}
