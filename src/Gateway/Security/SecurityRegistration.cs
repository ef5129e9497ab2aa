using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatcher.Gateway.Security;

/// <summary>Puts the check of signatures into a host.</summary>
public static class SecurityRegistration
{
    /// <summary>Adds it. Needs DispatcherConfig, TimeProvider and logging.</summary>
    public static IServiceCollection AddSecurity(this IServiceCollection services)
    {
        services.TryAddSingleton<AccessKeys>();
        services.TryAddSingleton<Authenticator>();
        return services;
    }

    /// <summary>
    /// Lets only administrators call an endpoint that is not behind the gateway's own entry: whoever shows the admin token or
    /// signs with a key of the server's account; everybody on this machine where no keys are configured.
    /// </summary>
    public static TBuilder ForAdministrators<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(builder =>
        {
            var inner = builder.RequestDelegate ?? throw new InvalidOperationException("the endpoint answers nothing");
            builder.RequestDelegate = context => RunAsync(context, inner);
        });
        return endpoint;
    }

    private static async Task RunAsync(HttpContext context, RequestDelegate inner)
    {
        try
        {
            await context.RequestServices.GetRequiredService<Authenticator>().EnterAdministratorAsync(context);
        }
        catch (Contracts.Errors.ServiceException refusal)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(refusal.Message + "\n", context.RequestAborted);
            return;
        }

        await inner(context);
    }
}
