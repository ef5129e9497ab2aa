using System.Text.Json;
using Dispatcher.Testing;

namespace Dispatcher.Silo.Tests.EndToEnd.Sources;

/// <summary>Filters, tumbling windows and the maximum of concurrency with every kind of source. Driven by the AWS CLI.</summary>
public sealed class SourceOptionTests(SourceLab lab) : IClassFixture<SourceLab>
{
    /// <summary>
    /// A pattern for the data and one for what the source tells of a record; what neither matches is passed and counted. Data that
    /// are no JSON are filtered out, but not where brokers are the sources: there only the other fields decide, as at AWS.
    /// </summary>
    [Theory]
    [InlineData("stream", "data", """{"partitionKey":["vip"]}""")]
    [InlineData("queue", "body", """{"body":["vip"]}""")]
    [InlineData("kafka", "value", """{"key":["vip"],"partition":[0]}""")]
    [InlineData("rabbitmq", "data", """{"basicProperties":{"messageId":["mvip"]}}""")]
    public async Task Filters_OnDataAndMetadata_PassTheRest(string kind, string data, string metadata)
    {
        await using var source = await lab.SourceAsync(kind);
        const string type = """{"order":{"type":[{"anything-but":["sell"]}],"price":[{"numeric":[">",10]}]}}""";
        string[] noJson = ["not json", """{"order":{"type":"buy","price":11"""];
        string[] wanted = ["""{"order":{"type":"buy","price":11}}""", "vip"];
        await source.PutAsync(
            new TestRecord(wanted[0]), new TestRecord("""{"order":{"type":"sell","price":11}}"""), new TestRecord("""{"order":{"type":"buy","price":9}}"""),
            new TestRecord(noJson[0]), new TestRecord(noJson[1]), new TestRecord(wanted[1], "vip"));
        await source.MapAsync("--filter-criteria", Criteria($$$"""{"{{{data}}}":{{{type}}}}""", metadata));

        string[] passed = [.. wanted, .. kind is "kafka" or "rabbitmq" ? noJson : []];
        await source.CountedAsync("succeeded_event_count_total", passed.Length);
        await source.CountedAsync("filtered_out_event_count_total", 6 - passed.Length);
        Assert.Equal(passed.Order(), source.Function.Events.SelectMany(EventReader.Elements).Select(EventReader.Text).Order());

        // A change acts on what is read afterwards.
        await source.UpdateAsync("--filter-criteria", Criteria($$$"""{"{{{data}}}":{"kind":[{"wildcard":"a*"}]}}"""));
        await lab.Api.StateAsync(source.Uuid, "Enabled");
        await source.PutAsync(new TestRecord(wanted[0]), new TestRecord("""{"kind":"abc"}"""));
        await source.CountedAsync("succeeded_event_count_total", passed.Length + 1);
        Assert.Equal("""{"kind":"abc"}""", EventReader.Text(source.Function.Events.SelectMany(EventReader.Elements).Last()));
        await source.EndAsync();
    }

    /// <summary>The function counts in the state that it hands on. Every window ends with an invocation without records; none is counted twice.</summary>
    [Theory]
    [InlineData("stream")]
    [InlineData("queue")]
    [InlineData("kafka")]
    [InlineData("rabbitmq")]
    public async Task Windows_OfEverySource_EndWithAllThatTheyGathered(string kind)
    {
        await using var source = await lab.SourceAsync(kind);
        source.Function.Answer = Count;
        await source.PutAsync(0, 10);
        await source.MapAsync("--batch-size", "3", "--tumbling-window-in-seconds", "2");

        await Eventually.TrueAsync(() => Finals(source).Sum(Gathered) == 10, "the windows end with all that they gathered");

        Assert.All(Finals(source), final => Assert.Empty(Inbox.Numbers(final)));
        Assert.All(Finals(source), final => Assert.False(final.GetProperty("isWindowTerminatedEarly").GetBoolean()));
        if (kind != "queue")
        {
            // A queue has a lane, and so a window, for each batch that may run at a time.
            Assert.Equal(Finals(source).Count, Finals(source).Select(Start).Distinct().Count());
        }

        Assert.Equal(Enumerable.Range(0, 10), source.Function.Batches.SelectMany(b => b).Order());
        await source.EndAsync();
    }

    /// <summary>In a window, an answer that is no JSON to its end, or whose names are no text, is a failed invocation like every other.</summary>
    [Fact]
    public async Task Windows_AnswerNotUnderstood_FailsTheInvocation()
    {
        var answers = new Queue<string>(["""{"state":1} x""", """{"state":1,"\ud800":2}""", """{"state":""" + new string('[', 100_000)]);
        await using var source = await lab.SourceAsync("stream");
        source.Function.Answer = payload => answers.TryDequeue(out var answer) ? answer : Count(payload);
        await source.PutAsync(0, 3);
        await source.MapAsync("--tumbling-window-in-seconds", "900", "--maximum-retry-attempts", "3");

        await source.CountedAsync("succeeded_event_count_total", 3);
        Assert.Equal([[0, 1, 2], [0, 1, 2], [0, 1, 2], [0, 1, 2]], source.Function.Batches);
        Assert.Equal(0, await source.CountAsync("dropped_event_count_total"));
        await source.EndAsync();
    }

    /// <summary>As many batches as the maximum run side by side, and never more, whatever shards, lanes and pollers there are.</summary>
    [Theory]
    [InlineData("stream")]
    [InlineData("queue")]
    [InlineData("kafka")]
    [InlineData("rabbitmq")]
    public async Task MaximumConcurrency_ManyShardsAndLanes_IsReachedAndNotExceeded(string kind)
    {
        await using var source = await lab.SourceAsync(kind, shards: 4);
        var (running, most) = (0, 0);
        var together = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source.Function.Work = async () =>
        {
            var now = Interlocked.Increment(ref running);
            for (int seen; now > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, now, seen) != seen;)
            {
            }

            if (now >= 2)
            {
                together.TrySetResult();
            }

            await together.Task.WaitAsync(TimeSpan.FromSeconds(60));
            Interlocked.Decrement(ref running);
        };
        await source.PutAsync([.. Enumerable.Range(0, 200).Select(n => new TestRecord($"{n}", $"k{n % 19}"))]);
        await source.MapAsync("--parallelization-factor", "10", "--batch-size", "5", "--scaling-config", "MaximumConcurrency=2");

        await source.CountedAsync("succeeded_event_count_total", 200);

        Assert.Equal(2, most);
        Assert.Equal(Enumerable.Range(0, 200), source.Function.Batches.SelectMany(b => b).Order());
        await source.EndAsync();
    }

    /// <summary>Patterns that are too large or too deep are refused with a reason; one of the largest size and depth works.</summary>
    [Fact]
    public async Task Filters_HugeAndDeepPatterns_AreRefusedOrWork()
    {
        await using var source = await lab.SourceAsync("stream");
        var many = $$$"""{"data":{"a":[{{{string.Join(',', Enumerable.Range(0, 10_000))}}}]}}""";
        var deep = string.Concat(Enumerable.Repeat("""{"a":""", 5_000)) + "[1]" + new string('}', 5_000);
        foreach (var (pattern, reason) in ((string, string)[])[(many, "4096"), (deep, "4096"), (Deep(50, "1"), "deeper than 50 levels")])
        {
            var error = await source.RefusedAsync("--filter-criteria", Criteria(pattern));
            Assert.Contains("Exception", error);
            Assert.Contains(reason, error);
        }

        var list = string.Join(',', Enumerable.Range(0, 800));
        await source.PutAsync(new TestRecord(Record(49, "799")), new TestRecord(Record(49, "800")), new TestRecord(Record(48, "799")), new TestRecord(Record(5_000, "1")));
        await source.MapAsync("--filter-criteria", Criteria(Deep(49, list)));
        await source.CountedAsync("succeeded_event_count_total", 1);
        await source.CountedAsync("filtered_out_event_count_total", 3);
        Assert.Equal(Record(49, "799"), EventReader.Text(EventReader.Elements(Assert.Single(source.Function.Events)).Single()));
        await source.EndAsync();
    }

    /// <summary>A pattern whose fields are nested that deep below <c>data</c>.</summary>
    private static string Deep(int levels, string values) => """{"data":""" + Record(levels, $"[{values}]") + "}";

    private static string Record(int levels, string value)
        => string.Concat(Enumerable.Repeat("""{"a":""", levels)) + value + new string('}', levels);

    private static string Criteria(params string[] patterns)
        => JsonSerializer.Serialize(new { Filters = patterns.Select(p => new { Pattern = p }) });

    private static string Count(JsonElement payload) => $$$"""{"state":{"n":{{{Gathered(payload) + Inbox.Numbers(payload).Length}}}}}""";

    private static int Gathered(JsonElement payload) => payload.GetProperty("state").TryGetProperty("n", out var n) ? n.GetInt32() : 0;

    private static string? Start(JsonElement payload) => payload.GetProperty("window").GetProperty("start").GetString();

    private static List<JsonElement> Finals(TestSource source)
        => [.. source.Function.Events.Where(e => e.GetProperty("isFinalInvokeForWindow").GetBoolean())];
}
