using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Tags;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>Puts the event source mapping operations into the container.</summary>
public static class MappingRegistration
{
    /// <summary>
    /// Adds the operations. Needs in the container: DispatcherConfig, TimeProvider, IStore, IGrainDirectory, every
    /// ISourceFactory and IDestinationWriter and, where filters can be compiled, IFilterValidator.
    /// </summary>
    public static IServiceCollection AddMappingOperations(this IServiceCollection services)
    {
        services.TryAddSingleton<Catalog>();
        services.AddSingleton<MappingClaims>();
        services.AddSingleton<MappingFunctions>();
        services.AddSingleton<MappingPlaces>();
        services.AddSingleton<MappingStore>();
        services.AddSingleton(parts => new MappingRequest(
            parts.GetRequiredService<TimeProvider>(),
            parts.GetRequiredService<DispatcherConfig>().MaximumParallelizationFactor,
            parts.GetService<IFilterValidator>()));
        services.AddSingleton<IApiOperation, CreateEventSourceMapping>();
        services.AddSingleton<IApiOperation, GetEventSourceMapping>();
        services.AddSingleton<IApiOperation, ListEventSourceMappings>();
        services.AddSingleton<IApiOperation, UpdateEventSourceMapping>();
        services.AddSingleton<IApiOperation, DeleteEventSourceMapping>();
        services.AddSingleton<ITagOwner, MappingTags>();
        return services.AddTagOperations();
    }
}
