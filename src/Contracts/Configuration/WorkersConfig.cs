namespace Dispatcher.Contracts.Configuration;

/// <summary>How worker processes are kept.</summary>
public sealed class WorkersConfig
{
    /// <summary>Worker processes of one function, 1..1000.</summary>
    public int MaximumPerFunction { get; set; } = 100;

    /// <summary>Seconds after which an idle worker is ended, 1..86400.</summary>
    public int IdleSeconds { get; set; } = 300;

    /// <summary>Seconds that a worker's initialisation may take (Lambda: 10).</summary>
    public int InitSeconds { get; set; } = 10;

    /// <summary>Whether a worker is killed that has more memory than its function's MemorySize (Lambda: always).</summary>
    public bool LimitMemory { get; set; } = true;

    /// <summary>The Node.js interpreter; found on PATH where it has no slash.</summary>
    public string Node { get; set; } = "node";

    /// <summary>The Python interpreter; found on PATH where it has no slash.</summary>
    public string Python { get; set; } = "python3";
}
