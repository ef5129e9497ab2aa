namespace Dispatcher.Contracts.Diagnostics;

/// <summary>How far one shard of a mapping is behind its source; shown until it is disposed.</summary>
public sealed class ShardLag : IDisposable
{
    private const long Unknown = -1;

    private readonly Action<ShardLag> _forget;
    private long _records = Unknown;

    internal ShardLag(string mapping, Action<ShardLag> forget) => (Mapping, _forget) = (mapping, forget);

    /// <summary>The mapping's UUID.</summary>
    public string Mapping { get; }

    /// <summary>Positions between the first one that is not done and the shard's end as it was last seen; null where unknown.</summary>
    public long? Records
    {
        get => Volatile.Read(ref _records) is var known && known != Unknown ? known : null;
        set => Volatile.Write(ref _records, value ?? Unknown);
    }

    /// <summary>False while the source cannot be read: then even the last known end is no answer.</summary>
    public bool Readable { get; set; } = true;

    /// <inheritdoc/>
    public void Dispose() => _forget(this);
}
