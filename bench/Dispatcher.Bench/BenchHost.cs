using Dispatcher.Adapters.InProcess;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Silo.Composition;
using Dispatcher.Silo.Local;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Bench;

/// <summary>The whole program in this process, without its web server, on a data folder of its own.</summary>
internal sealed class BenchHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly string _folder;

    private BenchHost(ServiceProvider services, string folder) => (_services, _folder) = (services, folder);

    public IStore Store => Get<IStore>();

    public Catalog Catalog => Get<Catalog>();

    public DispatcherConfig Config => Get<DispatcherConfig>();

    public static async Task<BenchHost> StartAsync(IFunctionHandler handler, Action<DispatcherConfig>? configure = null)
    {
        var folder = Directory.CreateTempSubdirectory("dispatcher-bench-").FullName;
        var config = new DispatcherConfig { Data = folder, DiscoverySeconds = 5 };
        configure?.Invoke(config);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error).AddSimpleConsole());
        services.AddDispatcher(config);
        services.AddInProcessFunction("bench", handler);
        var host = new BenchHost(services.BuildServiceProvider(), folder);
        await host.Store.OpenAsync(CancellationToken.None);
        await host.Catalog.Functions.CreateAsync(
            "bench",
            new FunctionConfig { Name = "bench", PackageType = "Image", ImageUri = "in-process://bench", RevisionId = "1", Timeout = 60 },
            CancellationToken.None);
        return host;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Creates a mapping and lets it run.</summary>
    public async Task<MappingId> MapAsync(Func<MappingConfig, MappingConfig> configure)
    {
        var id = MappingId.New();
        var mapping = configure(new MappingConfig
        {
            Uuid = id.ToString(),
            FunctionArn = new FunctionRef("bench").ToArn(Config.Region, Config.Account),
            StartingPosition = "TRIM_HORIZON",
        });
        await Catalog.Mappings.CreateAsync(id.ToString(), mapping, CancellationToken.None);
        await Get<IGrainDirectory>().Mapping(id).ReconcileAsync(CancellationToken.None);
        return id;
    }

    /// <summary>Deletes a mapping; its shards have stopped then.</summary>
    public async Task RemoveAsync(MappingId id)
    {
        await Catalog.Mappings.UpdateAsync(id.ToString(), m => m with { State = MappingState.Deleting }, CancellationToken.None);
        await Get<IGrainDirectory>().Mapping(id).ReconcileAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Get<LocalGrainDirectory>().CloseAsync();
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
