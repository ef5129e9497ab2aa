using Dispatcher.Gateway.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.Sqs;

/// <summary>Puts the SQS API into the container.</summary>
public static class SqsRegistration
{
    /// <summary>Adds the API. Needs IQueues, IStore, DispatcherConfig and logging.</summary>
    public static IServiceCollection AddSqsApi(this IServiceCollection services)
    {
        services.AddSingleton<ISqsOperations, QueueCalls>();
        services.AddSingleton<ISqsOperations, SqsTags>();
        services.AddSingleton<ISqsOperations, SendCalls>();
        services.AddSingleton<ISqsOperations, ReceiveCalls>();
        services.AddSingleton<ISqsOperations, SettleCalls>();
        services.AddSingleton<ISqsOperations, MoveCalls>();
        services.AddSingleton<SqsService>();
        services.AddSingleton<IWireService>(provider => provider.GetRequiredService<SqsService>());
        services.AddSingleton<IQueryService>(provider => provider.GetRequiredService<SqsService>());
        return services;
    }
}
