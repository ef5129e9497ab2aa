namespace Dispatcher.Contracts.Store;

/// <summary>One message to store.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Body">Its body, UTF-8.</param>
public sealed record QueuePut(Guid Id, ReadOnlyMemory<byte> Body)
{
    /// <summary>What the queue service wants to keep with it; opaque to the store.</summary>
    public ReadOnlyMemory<byte> Attributes { get; init; }

    /// <summary>Milliseconds before it becomes visible.</summary>
    public long DelayMs { get; init; }

    /// <summary>The message group; null without.</summary>
    public string? Group { get; init; }

    /// <summary>The key by which duplicates are known; null: it is never a duplicate.</summary>
    public string? Deduplication { get; init; }
}
