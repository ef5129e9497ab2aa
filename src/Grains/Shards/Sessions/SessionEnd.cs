namespace Dispatcher.Grains.Shards.Sessions;

/// <summary>Why a session ended.</summary>
internal enum SessionEnd
{
    /// <summary>The reader cannot be used any more: begin again from the checkpoint.</summary>
    Broken,

    /// <summary>It was asked to.</summary>
    Stopped,

    /// <summary>The shard was read to its end for good and everything is done.</summary>
    Finished,

    /// <summary>Somebody else owns the shard now.</summary>
    Fenced,
}
