using System.Formats.Cbor;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Dispatcher.Adapters.Embedded;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Store;
using Dispatcher.Contracts.Streams;
using Dispatcher.Gateway.Http2;
using Dispatcher.Gateway.Kinesis;
using Dispatcher.Testing.Contracts;
using Dispatcher.Testing.Memory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Gateway.Tests.Kinesis;

/// <summary>The Kinesis API over a store in memory, behind a real HTTP server on a free port.</summary>
internal sealed class KinesisServer : IAsyncDisposable
{
    public const string Json = "application/x-amz-json-1.1";
    public const string Cbor = "application/x-amz-cbor-1.1";

    private readonly WebApplication _app;
    private readonly HttpClient _client = new();

    private KinesisServer(WebApplication app, SetClock clock) => (_app, Clock) = (app, clock);

    public SetClock Clock { get; }

    public IStreams Streams => _app.Services.GetRequiredService<IStreams>();

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<KinesisServer> StartAsync(TimeProvider? time = null)
    {
        var clock = new SetClock();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, port => port.UseHttp2WithoutTls()));
        builder.Services.AddSingleton(time ?? clock);
        builder.Services.AddSingleton<IStore>(new MemoryStore(time ?? clock));
        builder.Services.AddSingleton(new DispatcherConfig());
        builder.Services.AddEmbeddedStreams();
        builder.Services.AddKinesisApi();
        builder.Services.AddGateway();
        var app = builder.Build();
        app.MapGateway();
        await app.StartAsync();
        return new KinesisServer(app, clock);
    }

    /// <summary>Sends any bytes.</summary>
    public async Task<HttpResponseMessage> SendAsync(string operation, byte[] body, string type, Version? http = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address + "/")
        {
            Content = new ByteArrayContent(body),
            Version = http ?? System.Net.HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.Add("X-Amz-Target", "Kinesis_20131202." + operation);
        return await _client.SendAsync(request);
    }

    /// <summary>A call that must succeed.</summary>
    public async Task<JsonObject> CallAsync(string operation, string input)
    {
        using var response = await SendAsync(operation, Encoding.UTF8.GetBytes(input), Json);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{operation} ended with {(int)response.StatusCode}: {text}");
        Assert.Equal(Json, response.Content.Headers.ContentType!.ToString());
        Assert.True(Guid.TryParse(response.Headers.GetValues("x-amzn-RequestId").Single(), out _));
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>A call that must fail; its error as <c>status type: message</c>.</summary>
    public async Task<string> FailAsync(string operation, string input, string type = Json)
    {
        using var response = await SendAsync(operation, Encoding.UTF8.GetBytes(input), type);
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return $"{(int)response.StatusCode} {error["__type"]}: {error["message"]}";
    }

    /// <summary>A call in CBOR that must succeed; the answer is for the caller to read.</summary>
    public async Task<CborReader> CallCborAsync(string operation, Action<CborWriter> input)
    {
        var writer = new CborWriter(CborConformanceMode.Lax);
        input(writer);
        using var response = await SendAsync(operation, writer.Encode(), Cbor);
        Assert.True(response.IsSuccessStatusCode, $"{operation} ended with {(int)response.StatusCode}");
        Assert.Equal(Cbor, response.Content.Headers.ContentType!.ToString());
        return new CborReader(await response.Content.ReadAsByteArrayAsync(), CborConformanceMode.Lax);
    }

    public async Task<string> IteratorAsync(string stream, string shard, string type, string more = "")
        => (await CallAsync("GetShardIterator", $$"""{"StreamName":"{{stream}}","ShardId":"{{shard}}","ShardIteratorType":"{{type}}"{{more}}}"""))
            ["ShardIterator"]!.GetValue<string>();

    public Task<JsonObject> RecordsAsync(string iterator, int limit = 10_000)
        => CallAsync("GetRecords", $$"""{"ShardIterator":"{{iterator}}","Limit":{{limit}}}""");

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
