namespace Dispatcher.Contracts.Diagnostics;

/// <summary>How far one shard of a mapping is behind its source; shown until it is disposed.</summary>
public sealed class ShardLag : IDisposable
{
    private readonly Action<ShardLag> _forget;
    private long _records;

    internal ShardLag(string mapping, Action<ShardLag> forget) => (Mapping, _forget) = (mapping, forget);

    /// <summary>The mapping's UUID.</summary>
    public string Mapping { get; }

    /// <summary>Positions between the first one that is not done and the shard's end as it was last seen; 0 where unknown.</summary>
    public long Records
    {
        get => Volatile.Read(ref _records);
        set => Volatile.Write(ref _records, value);
    }

    /// <inheritdoc/>
    public void Dispose() => _forget(this);
}
