using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Grains.Concurrency;

/// <summary>
/// The gates of this process: one for a mapping where all its shards are here. In a cluster they may be anywhere; then every
/// shard has a gate of its own, for the share that the mapping's grain gave it.
/// </summary>
internal sealed class ConcurrencyGates(DispatcherConfig config)
{
    private readonly Lock _guard = new();
    private readonly Dictionary<string, Entry> _open = [];

    /// <summary>Borrows the gate of a shard's mapping; give it back with <see cref="Return"/>.</summary>
    public ConcurrencyGate Rent(ShardKey shard)
    {
        lock (_guard)
        {
            if (!_open.TryGetValue(Name(shard), out var entry))
            {
                _open[Name(shard)] = entry = new Entry();
            }

            entry.Loans++;
            return entry.Gate;
        }
    }

    /// <summary>Gives a gate back; the last one takes it away.</summary>
    public void Return(ShardKey shard)
    {
        lock (_guard)
        {
            if (--_open[Name(shard)].Loans == 0)
            {
                _open.Remove(Name(shard));
            }
        }
    }

    /// <summary>
    /// What one shard of a mapping may run where the gate cannot be shared: the maximum divided over the shards, the rest to
    /// the first ones, one at least, so that no shard stands still.
    /// </summary>
    /// <param name="maximum">Of the mapping; null without one.</param>
    /// <param name="shards">How many shards there are, 1 or more.</param>
    /// <param name="index">Which one this is, from 0 on.</param>
    public static int? Share(int? maximum, int shards, int index)
        => maximum is { } all ? Math.Max(1, (all / shards) + (index < all % shards ? 1 : 0)) : null;

    private string Name(ShardKey shard) => config.Cluster.Enabled ? shard.ToString() : shard.Mapping.ToString();

    private sealed class Entry
    {
        public ConcurrencyGate Gate { get; } = new();

        public int Loans { get; set; }
    }
}
