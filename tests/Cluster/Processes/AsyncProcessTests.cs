using System.Collections.Concurrent;
using System.Net;
using Dispatcher.Cluster.Tests.Postgres;
using Dispatcher.Testing.Functions;
using Dispatcher.Testing.Server;

namespace Dispatcher.Cluster.Tests.Processes;

public sealed class AsyncProcessTests(ITestOutputHelper output)
{
    private const int Events = 100;

    [Fact]
    public async Task Kill_OfTheSiloThatTookEvents_AnotherOneRunsThemAll()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var function = await GatedFunction.StartAsync();
        await using var first = await StartAsync(postgres);
        await using var second = await StartAsync(postgres);
        using var client = new HttpClient { BaseAddress = first.Url };
        await PostAsync(client, "/2015-03-31/functions", HttpStatusCode.Created, $$"""
            {"FunctionName":"f","PackageType":"Image","Role":"arn:aws:iam::000000000000:role/r","Timeout":300,"Code":{"ImageUri":"{{function.Url}}"} }
            """);
        var taken = new ConcurrentBag<string>();
        await Parallel.ForAsync(0, Events, TestContext.Current.CancellationToken, async (i, _) =>
        {
            await PostAsync(client, "/2015-03-31/functions/f/invocations", HttpStatusCode.Accepted, $"{i}", "Event");
            taken.Add($"{i}");
        });
        await Testing.Eventually.TrueAsync(() => function.Begun > 0, "events run");

        await first.KillAsync();
        Assert.Empty(function.Ended);
        var start = TimeProvider.System.GetTimestamp();
        function.Open();

        await Testing.Eventually.TrueAsync(() => function.Ended.IsSupersetOf(taken), $"all {Events} events are dealt with");
        output.WriteLine($"all events ended {TimeProvider.System.GetElapsedTime(start).TotalSeconds:F1} s after the kill");
    }

    private static Task<ServerProcess> StartAsync(PostgresServer postgres) => ServerProcess.StartAsync(new ServerOptions
    {
        Environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DISPATCHER__Cluster__Enabled"] = "true",
            ["DISPATCHER__Cluster__Postgres"] = postgres.ConnectionString,
            ["DISPATCHER__Cluster__SiloPort"] = "0",
            ["DISPATCHER__Cluster__GatewayPort"] = "0",
            ["DISPATCHER__Cluster__AdvertiseAddress"] = "127.0.0.1",
        },
    });

    private static async Task PostAsync(HttpClient client, string path, HttpStatusCode wanted, string body, string? type = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body) };
        if (type is not null)
        {
            request.Headers.Add("X-Amz-Invocation-Type", type);
        }

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(wanted, answer.StatusCode);
    }
}
