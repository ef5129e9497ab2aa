using Dispatcher.Gateway.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>Puts the Kinesis API into the container.</summary>
public static class KinesisRegistration
{
    /// <summary>Adds the API. Needs IStreams, IStore, DispatcherConfig, TimeProvider and logging. Adding it twice is adding it once.</summary>
    public static IServiceCollection AddKinesisApi(this IServiceCollection services)
    {
        services.TryAddSingleton<KinesisModel>();
        services.TryAddSingleton<KinesisErrors>();
        services.TryAddSingleton<KinesisNames>();
        services.TryAddSingleton<IteratorStart>();
        services.TryAddSingleton<PutCalls>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IKinesisOperations, StreamCalls>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IKinesisOperations, ShardCalls>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IKinesisOperations, SettingCalls>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IKinesisOperations, TagCalls>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IKinesisOperations, ReadCalls>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IWireService, KinesisService>());
        return services;
    }
}
