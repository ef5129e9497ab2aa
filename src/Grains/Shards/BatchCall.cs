using System.Diagnostics;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;
using Dispatcher.Pipeline.Shards;
using Dispatcher.Pipeline.Windows;

namespace Dispatcher.Grains.Shards;

/// <summary>One invocation of a batch.</summary>
/// <param name="Config">The mapping.</param>
/// <param name="Plan">Its options as they were when the batch was begun.</param>
/// <param name="Shard">The shard's name.</param>
/// <param name="Kind">The kind of source.</param>
/// <param name="Rented">Pooled memory with the records at its beginning; whoever gets the call gives it back.</param>
/// <param name="Count">How many records there are.</param>
internal sealed record BatchCall(MappingConfig Config, ShardPlan Plan, string Shard, SourceKind Kind, Record[] Rented, int Count)
{
    /// <summary>The tumbling window that it runs in; null without windows.</summary>
    public BatchWindow? Window { get; init; }

    /// <summary>Whether the invocation may still be begun once there is a permit for it; null: always.</summary>
    public Func<bool>? MayBegin { get; init; }

    /// <summary>The spans of the reads that the records came with; empty where nobody listens.</summary>
    public IReadOnlyList<ActivityContext> Traces { get; init; } = [];

    /// <summary>The span of the invocation or of the hand-over, once it began; empty where nobody listens.</summary>
    public ActivityContext Span { get; set; }

    /// <summary>The records.</summary>
    public ReadOnlySpan<Record> Records => Rented.AsSpan(0, Count);
}
