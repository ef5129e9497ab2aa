using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Names;
using Dispatcher.Pipeline.Permits;

namespace Dispatcher.Grains.Concurrency;

/// <summary>
/// The gates of this process, one for each mapping that has shards here. In a cluster each hands out what is lent to this silo of
/// the mapping's maximum, under the key of <see cref="MappingPermits"/>.
/// </summary>
internal sealed class ConcurrencyGates(IEnumerable<ISilos> silos, TimeProvider time) : ILentPermits
{
    private readonly Lock _guard = new();
    private readonly Dictionary<string, Entry> _open = new(StringComparer.Ordinal);
    private readonly bool _isLent = silos.Any();

    /// <summary>Who borrows permits for this silo; null where it has them all.</summary>
    public IPermitLoans? Loans { get; set; }

    /// <summary>Borrows the gate of a shard's mapping; give it back with <see cref="Return"/>.</summary>
    public ConcurrencyGate Rent(ShardKey shard)
    {
        var key = MappingPermits.Key(shard.Mapping);
        lock (_guard)
        {
            if (!_open.TryGetValue(key, out var entry))
            {
                var loan = _isLent ? new GateLoan(key, () => Loans, time) : null;
                _open[key] = entry = new Entry(new ConcurrencyGate(loan: loan));
            }

            entry.Loans++;
            return entry.Gate;
        }
    }

    /// <summary>Gives a gate back; the last one takes it away.</summary>
    public void Return(ShardKey shard)
    {
        var key = MappingPermits.Key(shard.Mapping);
        lock (_guard)
        {
            if (--_open[key].Loans == 0)
            {
                _open.Remove(key);
            }
        }
    }

    /// <inheritdoc/>
    public PermitUse Use(string key) => Find(key)?.Use ?? default;

    /// <summary>Without shards of the mapping here nothing is taken over: the next report says so.</summary>
    public void Lend(string key, int permits, long until) => Find(key)?.Lend(permits, until);

    /// <inheritdoc/>
    public bool TryGiveBack(string key) => Find(key)?.TryGiveBack() ?? true;

    private ConcurrencyGate? Find(string key)
    {
        lock (_guard)
        {
            return _open.GetValueOrDefault(key)?.Gate;
        }
    }

    private sealed class Entry(ConcurrencyGate gate)
    {
        public ConcurrencyGate Gate => gate;

        public int Loans { get; set; }
    }
}
