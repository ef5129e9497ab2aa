using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;
using Dispatcher.Testing;
using Dispatcher.Testing.Contracts;

namespace Dispatcher.Adapters.Tests.RabbitMq;

/// <summary>A queue as the contract suite drives it.</summary>
internal sealed class QueueSubject(QueueBench bench, int shards) : SourceSubject
{
    private bool Stream => bench.Type == "stream";

    public override ISource Source { get; } = bench.Source(
        mapping => mapping with { ProvisionedPollers = new ProvisionedPollers(shards, shards, null) });

    public override bool KeepsKeys => false;

    public override bool KeepsPositions => Stream;

    public override bool CountsWaiting => !Stream;

    public override bool HasTwoShards => false;

    public override bool FindsByTime => Stream;

    public override string ShardId(int shard) => $"{bench.Queue}#{shard}";

    public override ValueTask PutAsync(int shard, string key, ReadOnlyMemory<byte> data) => bench.PutAsync(data);

    public override async ValueTask<DateTimeOffset> MarkTimeAsync()
    {
        // Offsets are found by whole seconds.
        var next = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1);
        await Eventually.TrueAsync(() => DateTimeOffset.UtcNow >= next, "the next second begins");
        return next;
    }

    public override ValueTask DisposeAsync() => bench.DisposeAsync();
}
