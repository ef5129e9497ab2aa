using Dispatcher.Adapters.Postgres;
using Dispatcher.Cluster.Tests.Cluster;
using Dispatcher.Cluster.Tests.Partitions;
using Dispatcher.Cluster.Tests.Postgres;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Testing.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dispatcher.Cluster.Tests.Processes;

/// <summary>Processes of the real server over one database; the function is an HTTP function in this process.</summary>
internal sealed class ClusterProcesses : TestHouse
{
    private const string Port = "9000";

    private readonly PostgresServer _postgres;
    private readonly SiloNetwork? _network;
    private readonly WebApplication _function;
    private readonly IStore _store;

    private ClusterProcesses(PostgresServer postgres, SiloNetwork? network, IStore store, Deliveries deliveries, WebApplication function)
        : base(store, deliveries) => (_postgres, _network, _store, _function) = (postgres, network, store, function);

    public List<ServerProcess> Silos { get; } = [];

    /// <inheritdoc/>
    protected override string FunctionImage => _function.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <inheritdoc/>
    protected override IServiceProvider AnySilo => throw new NotSupportedException("the silos are other processes");

    /// <summary>More settings of the silos that are started from now on.</summary>
    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal);

    public static async Task<ClusterProcesses> StartAsync(PostgresServer postgres, SiloNetwork? network = null)
    {
        var store = new PostgresStore(postgres.ConnectionString, TimeProvider.System, NullLogger<PostgresStore>.Instance);
        await store.OpenAsync(TestContext.Current.CancellationToken);
        var deliveries = new Deliveries();
        return new ClusterProcesses(postgres, network, store, deliveries, await ServeAsync(network?.FunctionAddress ?? "127.0.0.1", deliveries));
    }

    /// <summary>Starts one more silo and waits until it is ready.</summary>
    public async Task AddSiloAsync() => Silos.Add(await ServerProcess.StartAsync(Options(Silos.Count)));

    /// <summary>Lets a silo wake the mapping: with all silos there, its shards are spread over them.</summary>
    public async Task WakeAsync(int silo = 0)
    {
        var server = _network is null ? Silos[silo].Url : new Uri($"http://{_network.CallerAddress(silo)}:{Port}");
        await Catalog.Mappings.UpdateAsync(Mapping.ToString(), m => m with { State = MappingState.Enabled }, TestContext.Current.CancellationToken); // or it could not be changed
        using var client = new HttpClient();
        using var content = new StringContent("{\"Enabled\":true}");
        using var answer = await client.PutAsync(new Uri(server, $"/2015-03-31/event-source-mappings/{Mapping}"), content, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private ServerOptions Options(int number) => new()
    {
        Launcher = _network?.Launcher(number) ?? [],
        Url = _network is null ? null : $"http://*:{Port}",
        Environment = new Dictionary<string, string>(Settings, StringComparer.Ordinal)
        {
            ["DISPATCHER__AllowInsecure"] = "true",
            ["DISPATCHER__Cluster__Enabled"] = "true",
            ["DISPATCHER__Cluster__Postgres"] = _network is null ? _postgres.ConnectionString : _postgres.ConnectionStringBy(_network.PostgresAddress),
            ["DISPATCHER__Cluster__SiloPort"] = "0",
            ["DISPATCHER__Cluster__GatewayPort"] = "0",
            ["DISPATCHER__Cluster__AdvertiseAddress"] = _network?.PeerAddress(number) ?? "127.0.0.1",
        },
    };

    /// <inheritdoc/>
    protected override async Task StopAsync()
    {
        foreach (var silo in Silos)
        {
            await silo.DisposeAsync();
        }

        await _function.DisposeAsync();
        await _store.DisposeAsync();
    }

    private static async Task<WebApplication> ServeAsync(string address, Deliveries deliveries)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://{address}:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapPost("/", async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var request = new InvocationRequest(new FunctionRef(Function, null), Guid.Empty, body.ToArray());
            var handler = deliveries.On(context.Connection.RemoteIpAddress!.ToString());
            await context.Response.Body.WriteAsync(await handler.HandleAsync(request, context.RequestAborted), context.RequestAborted);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
