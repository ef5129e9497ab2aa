using System.Text;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;
using Dispatcher.Grains.Shards;

namespace Dispatcher.Grains.Tests.Shards;

/// <summary>A mapping's options as its shards use them.</summary>
public sealed class ShardPlansTests
{
    private static readonly MappingConfig Mapping = new()
    {
        Uuid = "1", FunctionArn = "f", EventSourceArn = "arn:aws:kinesis:us-east-1:000000000000:stream/orders",
    };

    private readonly ShardPlans _plans = new(new DispatcherConfig());

    [Fact]
    public void Compile_NoPatterns_HasNoFilter() => Assert.Null(_plans.Compile(Mapping, "s", Traits(SourceKind.Stream)).Filter);

    [Fact]
    public void Compile_Patterns_FilterByAnyOfThem()
    {
        var filter = _plans.Compile(With("""{"data":{"a":[1]}}""", """{"data":{"a":[2]}}"""), "s", Traits(SourceKind.Stream)).Filter!;

        Assert.Equal([true, true, false], new[] { "1", "2", "3" }.Select(n => filter.Matches(Of($$"""{"a":{{n}}}"""))));
    }

    [Fact]
    public void Compile_ShardsOfOneMapping_FilterEachForThemselves()
    {
        var config = With("""{"data":{"a":[1]}}""");
        var one = _plans.Compile(config, "s1", Traits(SourceKind.Stream)).Filter!;
        var other = _plans.Compile(config, "s2", Traits(SourceKind.Stream)).Filter!;

        Assert.NotSame(one, other);
        Parallel.For(0, 10_000, i =>
        {
            var filter = (i % 2 == 0) ? one : other;
            lock (filter)
            {
                Assert.Equal(i % 3 == 0, filter.Matches(Of($$"""{"a":{{i % 3 + 1}}}""")));
            }
        });
    }

    [Theory]
    [InlineData(SourceKind.Kafka, """{"topic":["orders"],"partition":[3]}""")]
    [InlineData(SourceKind.RabbitMq, """{"basicProperties":{"bodySize":[7]}}""")]
    public void Compile_OtherSources_SeeTheirFields(SourceKind kind, string pattern)
    {
        var config = With(pattern) with { Topics = ["orders"], Queues = ["q"] };

        Assert.True(_plans.Compile(config, "orders-3", Traits(kind)).Filter!.Matches(Of("""{"a":1}""")));
    }

    /// <summary>A pattern that was stored before it was checked must not let records through.</summary>
    [Fact]
    public void Compile_InvalidPattern_SaysSo()
    {
        var error = Assert.Throws<InvalidOperationException>(() => _plans.Compile(With("""{"data":{}}"""), "s", Traits(SourceKind.Stream)));

        Assert.Equal("Invalid filter pattern definition. Reason: Empty objects are not allowed", error.Message);
    }

    private static MappingConfig With(params string[] patterns) => Mapping with { FilterPatterns = patterns };

    private static SourceTraits Traits(SourceKind kind) => new(kind, true, false);

    private static Record Of(string data) => new(0, default, Encoding.UTF8.GetBytes(data), 0);
}
