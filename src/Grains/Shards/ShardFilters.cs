using System.Runtime.CompilerServices;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;
using Dispatcher.Pipeline.Filters;
using Dispatcher.Pipeline.Filters.Sources;
using Dispatcher.Pipeline.Payloads;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Grains.Shards;

/// <summary>Compiles the filters of mappings: once for all shards that are told of the same configuration.</summary>
internal sealed class ShardFilters
{
    private readonly ConditionalWeakTable<IReadOnlyList<string>, FilterPlan> _plans = [];

    /// <summary>The filter of one shard; null where everything passes.</summary>
    /// <exception cref="InvalidOperationException">A pattern is not valid (it was stored without having been checked).</exception>
    public IRecordFilter? Compile(MappingConfig config, SourceKind kind, IPayloadShape shape)
    {
        if (config.FilterPatterns.Count == 0)
        {
            return null;
        }

        var plan = _plans.GetValue(config.FilterPatterns, patterns => Plan(patterns, kind));
        return new RecordFilter(plan, shape switch
        {
            StreamPayload => new StreamFields(),
            KafkaPayload kafka => new KafkaFields(kafka),
            RabbitMqPayload => new RabbitMqFields(),
            QueuePayload queue => new QueueFields(queue),
            _ => throw new InvalidOperationException($"no filters for {kind}"),
        });
    }

    private static FilterPlan Plan(IReadOnlyList<string> patterns, SourceKind kind)
        => FilterPlan.Compile(kind, patterns, out var error)
            ?? throw new InvalidOperationException("Invalid filter pattern definition. Reason: " + error);
}
