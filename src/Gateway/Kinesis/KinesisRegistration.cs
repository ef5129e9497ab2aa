using Dispatcher.Gateway.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>Puts the Kinesis API into the container.</summary>
public static class KinesisRegistration
{
    /// <summary>Adds the API. Needs IStreams, IStore, DispatcherConfig, TimeProvider and logging.</summary>
    public static IServiceCollection AddKinesisApi(this IServiceCollection services)
    {
        services.AddSingleton<KinesisModel>();
        services.AddSingleton<KinesisErrors>();
        services.AddSingleton<KinesisNames>();
        services.AddSingleton<IteratorStart>();
        services.AddSingleton<PutCalls>();
        services.AddSingleton<IKinesisOperations, StreamCalls>();
        services.AddSingleton<IKinesisOperations, ShardCalls>();
        services.AddSingleton<IKinesisOperations, SettingCalls>();
        services.AddSingleton<IKinesisOperations, TagCalls>();
        services.AddSingleton<IKinesisOperations, ReadCalls>();
        services.AddSingleton<IWireService, KinesisService>();
        return services;
    }
}
