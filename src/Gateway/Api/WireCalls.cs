using Dispatcher.Contracts.Errors;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Api;

/// <summary>Takes calls of POST / with X-Amz-Target to their service, which also answers its errors.</summary>
internal sealed class WireCalls(IEnumerable<IWireService> services)
{
    private readonly Dictionary<string, IWireService> _services = services.ToDictionary(service => service.TargetPrefix);

    /// <summary>Runs one call and writes its answer.</summary>
    /// <exception cref="ServiceException">The target is of no service here.</exception>
    public Task RunAsync(HttpContext context, string target)
    {
        var dot = target.LastIndexOf('.');
        return dot >= 0 && _services.TryGetValue(target[..dot], out var service)
            ? service.HandleAsync(context, target[(dot + 1)..])
            : throw new ServiceException(ServiceErrorKind.UnknownOperation, $"There is no operation {target}");
    }
}
