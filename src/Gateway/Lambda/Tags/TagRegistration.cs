using Dispatcher.Gateway.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatcher.Gateway.Lambda.Tags;

/// <summary>Puts the tagging operations into the container. May be called by everybody who registers an <see cref="ITagOwner"/>.</summary>
internal static class TagRegistration
{
    public static IServiceCollection AddTagOperations(this IServiceCollection services)
    {
        services.TryAddSingleton<TagOwners>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IApiOperation, TagResource>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IApiOperation, UntagResource>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IApiOperation, ListTags>());
        return services;
    }
}
