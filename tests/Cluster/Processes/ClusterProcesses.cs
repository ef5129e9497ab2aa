using Dispatcher.Adapters.Postgres;
using Dispatcher.Cluster.Tests.Cluster;
using Dispatcher.Contracts.Invocations;
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
    private readonly string _postgres;
    private readonly WebApplication _function;
    private readonly IStore _store;

    private ClusterProcesses(string postgres, IStore store, Deliveries deliveries, WebApplication function)
        : base(store, deliveries) => (_postgres, _store, _function) = (postgres, store, function);

    public List<ServerProcess> Silos { get; } = [];

    /// <inheritdoc/>
    protected override string FunctionImage => _function.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <inheritdoc/>
    protected override IServiceProvider AnySilo => throw new NotSupportedException("the silos are other processes");

    public static async Task<ClusterProcesses> StartAsync(string postgres)
    {
        var store = new PostgresStore(postgres, TimeProvider.System, NullLogger<PostgresStore>.Instance);
        await store.OpenAsync(TestContext.Current.CancellationToken);
        var deliveries = new Deliveries();
        return new ClusterProcesses(postgres, store, deliveries, await ServeAsync(deliveries.On("all")));
    }

    /// <summary>Starts one more silo and waits until it is ready.</summary>
    public async Task AddSiloAsync() => Silos.Add(await ServerProcess.StartAsync(new ServerOptions
    {
        Environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DISPATCHER__Cluster__Enabled"] = "true",
            ["DISPATCHER__Cluster__Postgres"] = _postgres,
            ["DISPATCHER__Cluster__SiloPort"] = "0",
            ["DISPATCHER__Cluster__GatewayPort"] = "0",
            ["DISPATCHER__Cluster__AdvertiseAddress"] = "127.0.0.1",
        },
    }));

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

    private static async Task<WebApplication> ServeAsync(IFunctionHandler handler)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapPost("/", async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var request = new InvocationRequest(new FunctionRef(Function, null), Guid.Empty, body.ToArray());
            await context.Response.Body.WriteAsync(await handler.HandleAsync(request, context.RequestAborted), context.RequestAborted);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
