using System.Text.Json.Nodes;
using Dispatcher.Testing;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>What the server tells about its mappings.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task Metrics_AfterARun_CountEveryRecordOfTheMapping()
    {
        await using var witness = await Witness.StartAsync();
        await using var server = await ServerProcess.StartAsync();
        var api = new Api(server.Url);
        var failures = 2;
        witness.Answer = _ => Task.FromResult(Interlocked.Decrement(ref failures) >= 0 ? 500 : 200);
        await api.CreateFunctionAsync(witness.Url);
        await api.CreateStreamAsync("orders", 1);
        await KinesisPuts.PutNumbersAsync(server.Url, "orders", 0, 100, 7);
        var uuid = await api.MapStreamAsync("orders", new JsonObject { ["BatchSize"] = 100 });

        await Eventually.EqualAsync("100", () => ValueAsync(api, "dispatcher_committed_event_count_total", uuid));

        var text = await api.TextAsync("/metrics");
        Assert.Equal("100", Value(text, "dispatcher_polled_event_count_total", uuid));
        Assert.Equal("300", Value(text, "dispatcher_invoked_event_count_total", uuid));
        Assert.Equal("200", Value(text, "dispatcher_failed_invoke_event_count_total", uuid));
        Assert.Equal("100", Value(text, "dispatcher_succeeded_event_count_total", uuid));
        Assert.Equal("0", Value(text, "dispatcher_filtered_out_event_count_total", uuid));
        Assert.Equal("0", Value(text, "dispatcher_dropped_event_count_total", uuid));
        Assert.Equal("0", Value(text, "dispatcher_on_failure_destination_delivered_event_count_total", uuid));
        Assert.Equal("3", Value(text, "dispatcher_iterator_age_milliseconds_count", uuid));
        await MappingLedger.BalancedAsync(server.Url);
    }

    private static async Task<string> ValueAsync(Api api, string metric, string mapping)
        => Value(await api.TextAsync("/metrics"), metric, mapping);

    /// <summary>The value of a mapping's metric; 0 where nothing was counted yet.</summary>
    private static string Value(string text, string metric, string mapping)
    {
        var line = text.Split('\n').SingleOrDefault(l => l.StartsWith($"{metric}{{mapping=\"{mapping}\"}} ", StringComparison.Ordinal));
        return line is null ? "0" : line[(line.LastIndexOf(' ') + 1)..];
    }

    /// <summary>The mapping whose function does not answer falls behind, and then it catches up.</summary>
    [Fact]
    public async Task Metrics_FunctionThatWaits_ShowTheLag()
    {
        await using var witness = await Witness.StartAsync();
        await using var server = await ServerProcess.StartAsync();
        var api = new Api(server.Url);
        var go = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        witness.Answer = _ => go.Task;
        await api.CreateFunctionAsync(witness.Url);
        await api.CreateStreamAsync("orders", 1);
        await KinesisPuts.PutNumbersAsync(server.Url, "orders", 0, 100, 7);
        var uuid = await api.MapStreamAsync("orders", new JsonObject { ["BatchSize"] = 10 });

        await Eventually.EqualAsync("100", () => ValueAsync(api, "dispatcher_offset_lag", uuid));
        go.SetResult(200);
        await Eventually.EqualAsync("0", () => ValueAsync(api, "dispatcher_offset_lag", uuid));
        Assert.Equal("100", await ValueAsync(api, "dispatcher_succeeded_event_count_total", uuid));
        await MappingLedger.BalancedAsync(server.Url);
    }
}
