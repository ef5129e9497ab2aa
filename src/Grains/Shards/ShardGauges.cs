using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Grains.Shards;

/// <summary>The shards of this process as metrics show them: what is in flight and how far behind each one is.</summary>
internal sealed class ShardGauges
{
    private readonly ConcurrentDictionary<ShardKey, ShardGauge> _shards = new();

    public ShardGauges(Instruments instruments)
    {
        instruments.Observe("InFlightEventCount", "{record}", "Records read whose outcome is not known", () => Sum(g => g.InFlight));
        instruments.Observe("MaxOffsetLag", "{record}", "The largest OffsetLag of a mapping's shards here", () => ByMapping(g => g.Lag, Math.Max));
        instruments.Observe("ProvisionedPollers", "{poller}", "Pollers of a mapping with ProvisionedPollerConfig that read here", Pollers);
        instruments.Observe("SumOffsetLag", "{record}", "The sum of the OffsetLags of a mapping's shards here", () => Sum(g => g.Lag));
    }

    /// <summary>Shows a shard until <see cref="Remove"/>.</summary>
    public ShardGauge Add(ShardKey shard) => _shards[shard] = new ShardGauge();

    /// <summary>Shows it no more.</summary>
    public void Remove(ShardKey shard, ShardGauge gauge) => _shards.TryRemove(new(shard, gauge));

    private IEnumerable<Measurement<long>> Pollers() => _shards
        .Select(shard => (shard.Key.Mapping, shard.Value.Poller))
        .Where(shard => shard.Poller is not null)
        .Distinct()
        .GroupBy(shard => shard.Mapping)
        .Select(mapping => new Measurement<long>(mapping.Count(), new KeyValuePair<string, object?>("mapping", mapping.Key.ToString())));

    private IEnumerable<Measurement<long>> Sum(Func<ShardGauge, long?> value) => ByMapping(value, (a, b) => a + b);

    private IEnumerable<Measurement<long>> ByMapping(Func<ShardGauge, long?> value, Func<long, long, long> join)
    {
        var all = new Dictionary<MappingId, long>();
        foreach (var (shard, gauge) in _shards)
        {
            if (value(gauge) is { } one)
            {
                all[shard.Mapping] = all.TryGetValue(shard.Mapping, out var sum) ? join(sum, one) : one;
            }
        }

        return all.Select(a => new Measurement<long>(a.Value, new KeyValuePair<string, object?>("mapping", a.Key.ToString())));
    }
}
