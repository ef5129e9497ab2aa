namespace Dispatcher.Contracts.Checkpoints;

/// <summary>An open tumbling window of a lane and what the function has gathered in it.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="Lanes">How many lanes the shard had: in another number of lanes a key is somewhere else.</param>
/// <param name="LengthMs">Length of the window, milliseconds.</param>
/// <param name="StartMs">Its beginning, milliseconds since 1970.</param>
/// <param name="State">The function's state, JSON in UTF-8; at most <see cref="Limits.WindowStateBytes"/> and one answer.</param>
public sealed record LaneWindow(int Lane, int Lanes, long LengthMs, long StartMs, byte[] State)
{
    /// <summary>Its final invocation, where that failed and is not given up: attempts and the last error, no ranges; else null.</summary>
    public TroubledBatch? Final { get; set; }
}
