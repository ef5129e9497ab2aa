using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Lambda.Functions;
using Dispatcher.Gateway.Lambda.Mappings;
using Dispatcher.Testing.Memory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Gateway.Tests.Wire;

/// <summary>The gateway on a free port, over a store in memory, with functions that tests script.</summary>
public sealed class GatewayServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GatewayServer(WebApplication app) => _app = app;

    public MemoryStore Store { get; } = new();

    public ScriptedInvoker Invoker { get; } = new();

    public ScriptedRuntime Runtime { get; } = new();

    public RecordedNotices Notices { get; } = new();

    public string Url => _app.Urls.First();

    public HttpClient Client { get; private set; } = null!;

    /// <summary>Starts a server. Region us-east-1, account 000000000000.</summary>
    public static async Task<GatewayServer> StartAsync(Action<IServiceCollection>? more = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        GatewayServer? server = null;
        builder.Services.AddSingleton(new DispatcherConfig());
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IStore>(_ => server!.Store);
        builder.Services.AddSingleton<IFunctionInvoker>(_ => server!.Invoker);
        builder.Services.AddSingleton<IFunctionRuntime>(_ => server!.Runtime);
        builder.Services.AddSingleton<IChangeNotices>(_ => server!.Notices);
        builder.Services.AddSingleton<IGrainDirectory, NoGrains>();
        builder.Services.AddGateway();
        builder.Services.AddFunctionOperations();
        builder.Services.AddMappingOperations();
        more?.Invoke(builder.Services);
        server = new GatewayServer(builder.Build());
        server._app.MapGateway();
        await server._app.StartAsync();
        server.Client = new HttpClient { BaseAddress = new Uri(server.Url) };
        return server;
    }

    /// <summary>Sends a request with a JSON body as it is.</summary>
    public async Task<WireAnswer> SendAsync(string method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var all = response.Headers.ToDictionary(one => one.Key, one => string.Join(',', one.Value), StringComparer.OrdinalIgnoreCase);
        return new WireAnswer((int)response.StatusCode, text, all);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class NoGrains : IGrainDirectory
    {
        public IMappingGrain Mapping(Contracts.Names.MappingId id) => throw new InvalidOperationException("no mappings here");

        public IShardGrain Shard(Contracts.Names.ShardKey key) => throw new InvalidOperationException("no shards here");

        public IFunctionGrain Function(string name) => throw new InvalidOperationException("no functions here");
    }

    /// <summary>Remembers whose change was told.</summary>
    public sealed class RecordedNotices : IChangeNotices
    {
        public ConcurrentQueue<string> Changed { get; } = [];

        public ValueTask FunctionChangedAsync(string name, CancellationToken cancellation)
        {
            Changed.Enqueue(name);
            return ValueTask.CompletedTask;
        }

        public IDisposable OnFunctionChanged(Action<string> handler) => throw new InvalidOperationException("nobody listens");
    }
}
