using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Export_WithACollector_SendsMetricsAndLogs()
    {
        await using var collector = new FakeCollector();
        await using var server = await ServerProcess.StartAsync(new ServerOptions
        {
            Environment = new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            },
        });

        Assert.Equal(0, await server.StopAsync());

        Assert.Contains("System.Runtime", collector.Received["/v1/metrics"]);
        Assert.Contains("dispatcher", collector.Received["/v1/metrics"]);
        Assert.Contains("All batches have ended", collector.Received["/v1/logs"]);
    }

    [Fact]
    public async Task Export_OfARecordsWay_SendsItsSpans()
    {
        await using var collector = new FakeCollector();
        await using var witness = await Witness.StartAsync();
        await using var server = await ServerProcess.StartAsync(new ServerOptions
        {
            Environment = new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            },
        });
        var api = new Api(server.Url);
        await api.CreateFunctionAsync(witness.Url);
        await api.CreateStreamAsync("orders", 1);
        await KinesisPuts.PutNumbersAsync(server.Url, "orders", 0, 10, 1);
        var uuid = await api.MapStreamAsync("orders");
        await witness.SeenAsync(10);
        await MappingLedger.BalancedAsync(server.Url);

        Assert.Equal(0, await server.StopAsync());

        var spans = collector.Received["/v1/traces"];
        Assert.All((string[])["poll", "batch", "invoke", "checkpoint", uuid], name => Assert.Contains(name, spans));
    }
}
