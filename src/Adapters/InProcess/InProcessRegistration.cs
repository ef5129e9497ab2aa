using Dispatcher.Contracts.Invocations;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Adapters.InProcess;

/// <summary>Composition of functions in this process.</summary>
public static class InProcessRegistration
{
    /// <summary>Makes a handler callable as a function with <c>ImageUri=in-process://NAME</c>. The last of a name wins.</summary>
    public static IServiceCollection AddInProcessFunction(
        this IServiceCollection services, string name, IFunctionHandler handler)
        => services.AddSingleton(new InProcessFunction(name, handler));
}
