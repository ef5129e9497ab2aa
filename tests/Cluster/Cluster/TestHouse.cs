using System.Globalization;
using System.Text;
using Dispatcher.Adapters.Embedded;
using Dispatcher.Adapters.InProcess;
using Dispatcher.Adapters.Runtimes;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Contracts.Streams;
using Dispatcher.Grains;
using Dispatcher.Silo.Orleans.Activations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Cluster.Tests.Cluster;

/// <summary>One store with an embedded stream, an in-process function and a mapping; silos are added by others.</summary>
internal abstract class TestHouse : IAsyncDisposable
{
    public const string Stream = "orders";
    public const string Function = "count";

    private readonly ServiceProvider _outside;
    private readonly Dictionary<string, int> _put = new(StringComparer.Ordinal);

    protected TestHouse(IStore store, Deliveries deliveries)
    {
        (Store, Deliveries) = (store, deliveries);
        _outside = AddStore(new ServiceCollection(), store).AddLogging().BuildServiceProvider();
    }

    public IStore Store { get; }

    public Deliveries Deliveries { get; }

    public MappingId Mapping { get; } = MappingId.New();

    public Catalog Catalog => _outside.GetRequiredService<Catalog>();

    public int Put => _put.Values.Sum();

    /// <summary>The directory as some silo that lives sees it.</summary>
    public IGrainDirectory Grains => AnySilo.GetRequiredService<IGrainDirectory>();

    /// <summary>What runs the function.</summary>
    protected virtual string FunctionImage => "in-process://" + Function;

    /// <summary>Services of some silo that lives.</summary>
    protected abstract IServiceProvider AnySilo { get; }

    /// <summary>Makes the stream, the function and the mapping and wakes it.</summary>
    public async Task<MappingConfig> MapAsync(int shards, int batchSize = 20, bool wake = true, int? maximum = null, string? image = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await _outside.GetRequiredService<IStreams>().CreateAsync(new StreamDraft(Stream), shards, cancellation);
        await Catalog.Functions.CreateAsync(
            Function,
            new FunctionConfig { Name = Function, PackageType = "Image", ImageUri = image ?? FunctionImage, Timeout = 60 },
            cancellation);
        var mapping = new MappingConfig
        {
            Uuid = Mapping.ToString(),
            FunctionArn = $"arn:aws:lambda:us-east-1:000000000000:function:{Function}",
            EventSourceArn = $"arn:aws:kinesis:us-east-1:000000000000:stream/{Stream}",
            StartingPosition = "TRIM_HORIZON",
            BatchSize = batchSize,
            MaximumConcurrency = maximum,
        };
        await Catalog.Mappings.CreateAsync(mapping.Uuid, mapping, cancellation);
        if (wake)
        {
            await Grains.Mapping(Mapping).ReconcileAsync(cancellation);
        }

        return mapping;
    }

    /// <summary>Puts records over many keys; each key's records are numbered.</summary>
    public async Task PutAsync(int records, int keys = 100)
    {
        var streams = _outside.GetRequiredService<IStreams>();
        foreach (var chunk in Enumerable.Range(0, records).Chunk(500))
        {
            var puts = chunk.Select(i => Next("key-" + (i % keys).ToString(CultureInfo.InvariantCulture))).ToArray();
            var results = new StreamPutResult[puts.Length];
            await streams.PutAsync(Stream, puts, results, TestContext.Current.CancellationToken);
            Assert.All(results, r => Assert.Null(r.Error));
        }
    }

    /// <summary>Waits until every record that was put has arrived.</summary>
    public Task AllArriveAsync() => Testing.Eventually.TrueAsync(() => Deliveries.Distinct == Put, $"all {Put} records arrive");

    public Task<MappingStatus> StatusAsync() => Grains.Mapping(Mapping).StatusAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _outside.DisposeAsync();
    }

    /// <summary>Stops all silos.</summary>
    protected abstract Task StopAsync();

    /// <summary>What a silo needs besides its grains' host.</summary>
    protected static void Compose(IServiceCollection services, IStore store, Contracts.Invocations.IFunctionHandler handler)
    {
        AddStore(services, store);
        services.AddSingleton(Random.Shared);
        services.AddSingleton<Instruments>();
        services.AddSingleton(new ClusterTiming { FirstCheck = TimeSpan.FromMilliseconds(200), Check = TimeSpan.FromSeconds(1) });
        services.AddFunctionRuntimes();
        services.AddInProcessFunction(Function, handler);
        services.AddGrains();
        services.AddLogging(logging => logging.AddConsole().SetMinimumLevel(LogLevel.Warning).AddFilter("Dispatcher", LogLevel.Information));
    }

    private static IServiceCollection AddStore(IServiceCollection services, IStore store)
    {
        services.AddSingleton(new DispatcherConfig { Data = Path.GetTempPath(), DiscoverySeconds = 5 });
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IStore>(store);
        services.AddSingleton<Catalog>();
        return services.AddEmbeddedStreams();
    }

    private StreamPut Next(string key)
    {
        var number = _put.GetValueOrDefault(key);
        _put[key] = number + 1;
        return new StreamPut(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
    }
}
