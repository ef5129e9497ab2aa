using Dispatcher.Adapters.Destinations;
using Dispatcher.Adapters.Embedded;
using Dispatcher.Adapters.EmbeddedQueues;
using Dispatcher.Adapters.Kafka;
using Dispatcher.Adapters.Postgres;
using Dispatcher.Adapters.RabbitMq;
using Dispatcher.Adapters.Runtimes;
using Dispatcher.Adapters.Sqlite;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Grains;
using Dispatcher.Gateway;
using Dispatcher.Gateway.Kinesis;
using Dispatcher.Gateway.Lambda.EventInvokeConfigs;
using Dispatcher.Gateway.Lambda.Functions;
using Dispatcher.Gateway.Lambda.Mappings;
using Dispatcher.Gateway.Push;
using Dispatcher.Gateway.Sqs;
using Dispatcher.Gateway.Status;
using Dispatcher.Gateway.WorkerTokens;
using Dispatcher.Grains;
using Dispatcher.Grains.AsyncInvocations;
using Dispatcher.Silo.Configuration;
using Dispatcher.Silo.Hosting;
using Dispatcher.Silo.Local;
using Dispatcher.Silo.Observability;

namespace Dispatcher.Silo.Composition;

/// <summary>The parts of the program, one line each.</summary>
internal static class DispatcherParts
{
    /// <summary>Registers everything for one process.</summary>
    public static IServiceCollection AddDispatcher(this IServiceCollection services, DispatcherConfig config)
    {
        services.AddSingleton(config);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(Random.Shared);
        services.AddSingleton<ISecrets, ConfiguredSecrets>();
        services.AddObservability();
        services.AddStore(config.Cluster);
        services.AddEmbeddedStreams();
        services.AddEmbeddedQueues();
        services.AddKafkaSource();
        services.AddRabbitMqSource();
        services.AddDestinations();
        services.AddFunctionRuntimes();
        services.AddRemoteWorkers();
        services.AddGrains();
        services.AddAsyncInvocations();
        services.AddGrainHosting(config.Cluster);
        services.AddGateway();
        services.AddKinesisApi();
        services.AddSqsApi();
        services.AddFunctionOperations();
        services.AddEventInvokeConfigOperations();
        services.AddMappingOperations();
        services.AddPushSources();
        services.AddStatusPages();
        services.AddWorkerTokenPage();
        return services;
    }

    /// <summary>Maps the wire APIs.</summary>
    public static void MapDispatcher(this WebApplication app) => app.MapGateway();

    private static void AddStore(this IServiceCollection services, ClusterConfig cluster)
    {
        if (cluster.Postgres.Length > 0)
        {
            services.AddPostgresStore(cluster.Postgres);
        }
        else
        {
            services.AddSqliteStore();
        }
    }

    /// <summary>The directory and the change notices of a cluster come with its silo (<see cref="WebServer"/>).</summary>
    private static void AddGrainHosting(this IServiceCollection services, ClusterConfig cluster)
    {
        if (cluster.Enabled)
        {
            services.AddSingleton<IGrainHosting, ClusterSilo>();
            return;
        }

        services.AddLocalGrains();
        services.AddSingleton<MappingStarter>();
        services.AddSingleton<Drain>();
        services.AddSingleton<IGrainHosting, LocalHosting>();
    }

    private static void AddLocalGrains(this IServiceCollection services)
    {
        // Grains know the directory and the directory makes grains: the maker is looked up at the first call.
        services.AddSingleton(provider => new LocalGrainDirectory(new Lazy<IGrainMaker>(provider.GetRequiredService<IGrainMaker>)));
        services.AddSingleton<IGrainDirectory>(provider => provider.GetRequiredService<LocalGrainDirectory>());
        services.AddSingleton<IChangeNotices, LocalChangeNotices>();
    }
}
