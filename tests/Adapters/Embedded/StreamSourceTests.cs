using Dispatcher.Adapters.Embedded;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;
using Dispatcher.Contracts.Store;
using Dispatcher.Contracts.Streams;
using Dispatcher.Testing.Contracts;
using Dispatcher.Testing.Memory;

namespace Dispatcher.Adapters.Tests.Embedded;

public class StreamSourceTests : SourceContract, IAsyncLifetime
{
    private const string Name = "orders";

    private readonly SetClock _clock = new();

    private StreamHarness? _harness;

    private StreamHarness Harness => _harness!;

    public async ValueTask InitializeAsync()
    {
        var store = Make(_clock);
        await store.OpenAsync(StreamHarness.Cancellation);
        _harness = new StreamHarness(store, _clock);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Harness.Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual IStore Make(TimeProvider time) => new MemoryStore(time);

    protected override async ValueTask<SourceSubject> StartAsync(int shards)
    {
        await Harness.Streams.CreateAsync(new StreamDraft(Name), shards, StreamHarness.Cancellation);
        return new Subject(Harness, Connect());
    }

    [Fact]
    public async Task ListShards_AfterASplit_NamesTheParents()
    {
        await using var subject = await StartAsync(1);
        await subject.EndShardAsync(0);

        var shards = await subject.Source.ListShardsAsync(StreamHarness.Cancellation);

        Assert.Equal(["shardId-000000000000", "shardId-000000000001", "shardId-000000000002"], shards.Select(one => one.Id));
        Assert.Equal(["shardId-000000000000"], shards[2].Parents);
    }

    [Fact]
    public async Task Read_StreamDeleted_SaysSo()
    {
        await using var subject = await StartAsync(1);
        await using var reader = await subject.OpenAsync(0, new StartAt.TrimHorizon(), StreamHarness.Cancellation);
        var reading = reader.ReadAsync(10, StreamHarness.Cancellation).AsTask();

        await Harness.Streams.DeleteAsync(Name, StreamHarness.Cancellation);

        var error = await Assert.ThrowsAsync<SourceException>(() => reading);
        Assert.Equal(SourceErrorKind.Configuration, error.Kind);
    }

    [Fact]
    public async Task Read_StreamIsBackAndEmpty_SaysThatItCanBeRead()
    {
        await using var subject = await StartAsync(1);
        await using var reader = await subject.OpenAsync(0, new StartAt.TrimHorizon(), StreamHarness.Cancellation);
        await Harness.Streams.DeleteAsync(Name, StreamHarness.Cancellation);
        await Assert.ThrowsAsync<SourceException>(async () => await reader.ReadAsync(10, StreamHarness.Cancellation));
        _clock.NowMs += 1;
        await Harness.Streams.CreateAsync(new StreamDraft(Name), 1, StreamHarness.Cancellation);

        using var page = await reader.ReadAsync(10, StreamHarness.Cancellation);

        Assert.Equal((0, false), (page.Count, page.EndOfShard));
        await PutAsync(subject, 0, 0, 2);
        Assert.Equal(["record-0", "record-1"], await ReadAsync(reader, 2, StreamHarness.Cancellation));
    }

    [Fact]
    public async Task Read_StreamMadeAgain_OldPositionSkipsNothing()
    {
        await using var subject = await StartAsync(1);
        await PutAsync(subject, 0, 0, 50);
        var old = await subject.Source.ResolveAsync(subject.ShardId(0), new StartAt.Latest(), StreamHarness.Cancellation);
        await Harness.Streams.DeleteAsync(Name, StreamHarness.Cancellation);
        _clock.NowMs += 1;
        await Harness.Streams.CreateAsync(new StreamDraft(Name), 1, StreamHarness.Cancellation);
        await PutAsync(subject, 0, 0, 3);

        await using var reader = await subject.Source.OpenAsync(subject.ShardId(0), old, StreamHarness.Cancellation);

        Assert.Equal(["record-0", "record-1", "record-2"], await ReadAsync(reader, 3, StreamHarness.Cancellation));
    }

    [Fact]
    public async Task Read_StreamMadeAgainUnderAReader_GoesOnWithTheNewOne()
    {
        await using var subject = await StartAsync(1);
        await PutAsync(subject, 0, 0, 2);
        await using var reader = await subject.OpenAsync(0, new StartAt.TrimHorizon(), StreamHarness.Cancellation);
        Assert.Equal(["record-0", "record-1"], await ReadAsync(reader, 2, StreamHarness.Cancellation));
        await Harness.Streams.DeleteAsync(Name, StreamHarness.Cancellation);
        await Assert.ThrowsAsync<SourceException>(() => reader.ReadAsync(10, StreamHarness.Cancellation).AsTask());
        _clock.NowMs += 1;
        await Harness.Streams.CreateAsync(new StreamDraft(Name), 1, StreamHarness.Cancellation);
        await PutAsync(subject, 0, 0, 3);

        Assert.Equal(["record-0", "record-1", "record-2"], await ReadAsync(reader, 3, StreamHarness.Cancellation));
        Assert.All(await subject.Source.ListShardsAsync(StreamHarness.Cancellation), shard => Assert.True(shard.First > 0));
    }

    [Fact]
    public async Task Read_ShardForgotten_IsAtItsEnd()
    {
        await using var subject = await StartAsync(1);
        await PutAsync(subject, 0, 0, 3);
        await using var reader = await subject.OpenAsync(0, new StartAt.TrimHorizon(), StreamHarness.Cancellation);
        await subject.EndShardAsync(0);
        _clock.NowMs += 25 * 3_600_000L;
        await Harness.Keeper.RoundAsync(StreamHarness.Cancellation);

        using var page = await reader.ReadAsync(10, StreamHarness.Cancellation);

        Assert.True(page.EndOfShard);
        Assert.Equal(2, (await subject.Source.ListShardsAsync(StreamHarness.Cancellation)).Count);
    }

    [Theory]
    [InlineData("arn:aws:kinesis:us-east-1:000000000000:stream/orders", true)]
    [InlineData("arn:aws:sqs:us-east-1:000000000000:orders", false)]
    [InlineData("arn:aws:kinesis:us-east-1:000000000000:stream/", false)]
    [InlineData(null, false)]
    public void Handles_Arns_OnlyStreams(string? arn, bool expected)
        => Assert.Equal(expected, new StreamSourceFactory(Harness.Streams, Harness.Store).Handles(Mapping(arn)));

    [Fact]
    public async Task Validate_NoSuchStream_SaysSo()
    {
        var factory = new StreamSourceFactory(Harness.Streams, Harness.Store);
        var mapping = Mapping("arn:aws:kinesis:us-east-1:000000000000:stream/nothing");

        var error = await Assert.ThrowsAsync<ServiceException>(async () => await factory.ValidateAsync(mapping, default));

        Assert.Equal("Stream not found: arn:aws:kinesis:us-east-1:000000000000:stream/nothing", error.Message);
    }

    private static MappingConfig Mapping(string? arn) => new() { Uuid = "u", FunctionArn = "f", EventSourceArn = arn };

    private ISource Connect() => new StreamSourceFactory(Harness.Streams, Harness.Store)
        .Connect(Mapping($"arn:aws:kinesis:us-east-1:000000000000:stream/{Name}"));

    private sealed class Subject(StreamHarness harness, ISource source) : SourceSubject
    {
        public override ISource Source => source;

        public override bool ShardsEnd => true;

        public override string ShardId(int shard) => $"shardId-{shard:D12}";

        public override async ValueTask PutAsync(int shard, string key, ReadOnlyMemory<byte> data)
        {
            var stream = await harness.Streams.GetAsync(Name, StreamHarness.Cancellation);
            var hash = UInt128.Parse(stream.Shards.Single(one => one.Id == ShardId(shard)).StartHash);
            var result = new StreamPutResult[1];
            await harness.Streams.PutAsync(
                Name, new[] { StreamHarness.Put(key, "", hash) with { Data = data } }, result, StreamHarness.Cancellation);
            Assert.Equal(ShardId(shard), result[0].Shard);
        }

        public override ValueTask<DateTimeOffset> MarkTimeAsync()
        {
            harness.Clock.NowMs += 1000;
            return new(harness.Clock.GetUtcNow());
        }

        public override ValueTask EndShardAsync(int shard)
            => harness.Streams.SplitAsync(Name, ShardId(shard), UInt128.One << 100, StreamHarness.Cancellation);

        public override ValueTask DisposeAsync() => source.DisposeAsync();
    }
}
