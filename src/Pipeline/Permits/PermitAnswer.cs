namespace Dispatcher.Pipeline.Permits;

/// <summary>What somebody who wants to invoke a function is told.</summary>
internal enum PermitAnswer
{
    /// <summary>No permit is free.</summary>
    Full = 0,

    /// <summary>The permit is the caller's, until it is given back.</summary>
    Entered,

    /// <summary>The function is turned off: its reserved concurrency is 0.</summary>
    TurnedOff,
}
