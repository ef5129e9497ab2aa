using System.Text.Json;
using Dispatcher.Testing;
using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>Tumbling windows, driven by the AWS CLI: the function counts records in the state that it hands on.</summary>
public sealed class WindowTests
{
    public WindowTests() => AwsCli.SkipIfMissing();

    /// <summary>
    /// The state comes from invocation to invocation, over a restart, and ends with the window, which a change of the lanes ends
    /// early. An answer without a state is a failure.
    /// </summary>
    [Fact]
    public async Task Stream_RestartInTheMiddle_GoesOnWithTheState()
    {
        await using var inbox = await Inbox.StartAsync();
        await using var server = await ServerProcess.StartAsync();
        var (api, aws) = (new Api(server.Url), new AwsCli(server.Url.ToString()));
        inbox.Answer = payload => inbox.Events.IsEmpty ? """{"n":1}""" : Count(payload);
        await api.CreateFunctionAsync(inbox.Url);
        await api.CreateStreamAsync("orders", 1);
        await KinesisPuts.PutNumbersAsync(server.Url, "orders", 0, 5, 1);
        var mapping = await aws.RunAsync(
            "lambda", "create-event-source-mapping", "--function-name", "f", "--starting-position", "TRIM_HORIZON",
            "--event-source-arn", "arn:aws:kinesis:us-east-1:000000000000:stream/orders", "--tumbling-window-in-seconds", "900");
        var uuid = mapping.GetProperty("UUID").GetString()!;
        await inbox.CountAsync(2); // without a state, and again
        Assert.Equal([[0, 1, 2, 3, 4], [0, 1, 2, 3, 4]], inbox.Batches);
        await api.ResultAsync(uuid, "OK");

        Assert.Equal(0, await server.StopAsync());
        await server.StartAgainAsync();
        await KinesisPuts.PutNumbersAsync(server.Url, "orders", 5, 5, 1);
        await Eventually.TrueAsync(() => inbox.Batches.SelectMany(b => b).Contains(9), "the new records come");
        await aws.RunAsync("lambda", "update-event-source-mapping", "--uuid", uuid, "--parallelization-factor", "2");
        await Eventually.TrueAsync(() => Finals(inbox).Sum(Gathered) == 10, "the windows end with all that they gathered");

        Assert.True(Finals(inbox)[^1].GetProperty("isWindowTerminatedEarly").GetBoolean());
        Assert.Equal(15, inbox.Batches.Sum(b => b.Length)); // five came twice
        await MappingLedger.BalancedAsync(server.Url);
    }

    private static string Count(JsonElement payload) => $$$"""{"state":{"n":{{{Gathered(payload) + Inbox.Numbers(payload).Length}}}}}""";

    private static int Gathered(JsonElement payload) => payload.GetProperty("state").TryGetProperty("n", out var n) ? n.GetInt32() : 0;

    private static List<JsonElement> Finals(Inbox inbox) => [.. inbox.Events.Where(e => e.GetProperty("isFinalInvokeForWindow").GetBoolean())];
}
