using System.Collections.Concurrent;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Sources;
using Dispatcher.Contracts.Store;
using Dispatcher.Testing;
using Dispatcher.Testing.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Grains.Tests.Fakes;

/// <summary>The real grains over a memory store, a fake source and a fake function.</summary>
internal sealed class GrainWorld : IGrainDirectory, IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly ConcurrentDictionary<object, object> _grains = new();

    public GrainWorld(IStore? store = null, ClusterConfig? cluster = null)
    {
        Store = store ?? new MemoryStore();
        Catalog = new Catalog(Store);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(new DispatcherConfig { DiscoverySeconds = 1, Cluster = cluster ?? new() });
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new Random(1));
        services.AddSingleton<Instruments>();
        services.AddSingleton(Store);
        services.AddSingleton(Catalog);
        services.AddSingleton<IGrainDirectory>(this);
        services.AddSingleton<IChangeNotices>(Notices);
        services.AddSingleton<ISourceFactory>(Source);
        services.AddSingleton<IDestinationWriter>(Destination);
        services.AddSingleton<IFunctionRuntime>(new AnyRuntime());
        services.AddGrains();
        services.AddSingleton<IFunctionInvoker>(Function);
        _services = services.BuildServiceProvider();
    }

    public IStore Store { get; }

    public Catalog Catalog { get; }

    public FakeNotices Notices { get; } = new();

    public FakeSource Source { get; } = new();

    public FakeFunction Function { get; } = new();

    public FakeDestination Destination { get; } = new();

    public ILagReader Lags => _services.GetRequiredService<ILagReader>();

    private IGrainMaker Make => _services.GetRequiredService<IGrainMaker>();

    public IMappingGrain Mapping(MappingId id) => (IMappingGrain)_grains.GetOrAdd(id, _ => Make.Mapping(id));

    public IShardGrain Shard(ShardKey key) => (IShardGrain)_grains.GetOrAdd(key, _ => Make.Shard(key));

    IFunctionGrain IGrainDirectory.Function(string name) => (IFunctionGrain)_grains.GetOrAdd(name, _ => Make.Function(name));

    /// <summary>Creates a mapping as the gateway does.</summary>
    public async Task<MappingId> CreateAsync(Func<MappingConfig, MappingConfig>? with = null)
    {
        var id = MappingId.New();
        var config = new MappingConfig
        {
            Uuid = id.ToString(),
            FunctionArn = new FunctionRef("f").ToArn("us-east-1", "000000000000"),
            EventSourceArn = "arn:aws:kinesis:us-east-1:000000000000:stream/s",
            StartingPosition = "TRIM_HORIZON",
        };
        await Catalog.Mappings.CreateAsync(id.ToString(), with?.Invoke(config) ?? config, CancellationToken.None);
        await Mapping(id).ReconcileAsync(CancellationToken.None);
        return id;
    }

    /// <summary>Changes a mapping as the gateway does.</summary>
    public async Task ChangeAsync(MappingId id, Func<MappingConfig, MappingConfig> change)
    {
        await Catalog.Mappings.UpdateAsync(id.ToString(), m => change(m) with { LastModifiedMs = m.LastModifiedMs + 1 }, CancellationToken.None);
        await Mapping(id).ReconcileAsync(CancellationToken.None);
    }

    public async Task<MappingConfig?> ReadAsync(MappingId id) => (await Catalog.Mappings.FindAsync(id.ToString(), CancellationToken.None))?.Value;

    /// <summary>Waits until the mapping is as wanted.</summary>
    public Task UntilAsync(MappingId id, Func<MappingConfig?, bool> wanted) => Eventually.TrueAsync(async () => wanted(await ReadAsync(id)), "the mapping is as wanted");

    /// <summary>Waits until a shard's checkpoint is at a position.</summary>
    public Task UntilCheckpointAsync(MappingId id, string shard, long next)
        => Eventually.TrueAsync(async () => (await Store.Checkpoints.ListAsync(id, CancellationToken.None)).GetValueOrDefault(shard)?.Next == next, $"the checkpoint of {shard} is {next}");

    /// <summary>Waits until a shard's checkpoint names a batch with so many failed attempts.</summary>
    public Task UntilTroubledAsync(MappingId id, string shard, int attempts)
        => Eventually.TrueAsync(
            async () => (await Store.Checkpoints.ListAsync(id, CancellationToken.None)).GetValueOrDefault(shard)?.Troubled.Any(t => t.Attempts == attempts) == true,
            $"the checkpoint of {shard} has a batch with {attempts} attempts");

    /// <summary>Waits until a shard's checkpoint names no batch in trouble.</summary>
    public Task UntilUntroubledAsync(MappingId id, string shard)
        => Eventually.TrueAsync(
            async () => (await Store.Checkpoints.ListAsync(id, CancellationToken.None)).GetValueOrDefault(shard)?.Troubled.Count == 0,
            $"the checkpoint of {shard} has no batch in trouble");

    public async ValueTask DisposeAsync()
    {
        Function.Release();
        if (Store is StoreWith store)
        {
            // What is not saved is waited for.
            store.Broken = false;
        }

        foreach (var grain in _grains.Values.OfType<IMappingGrain>().Concat<object>(_grains.Values.OfType<IShardGrain>()).OfType<IAsyncDisposable>())
        {
            await grain.DisposeAsync();
        }

        await _services.DisposeAsync();
    }
}
