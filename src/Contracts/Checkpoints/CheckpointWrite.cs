namespace Dispatcher.Contracts.Checkpoints;

/// <summary>How a checkpoint write ended.</summary>
public enum CheckpointWrite
{
    /// <summary>Not known: treated as fenced. No store returns it.</summary>
    Unknown = 0,

    /// <summary>Durable.</summary>
    Saved,

    /// <summary>Somebody took the shard since (a newer epoch), or the shard is gone: the writer must stop.</summary>
    Fenced,
}
