using Dispatcher.Contracts.Errors;
using Dispatcher.Gateway.Security;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Api;

/// <summary>Takes calls of POST / with X-Amz-Target to their service, which also answers its errors.</summary>
internal sealed class WireCalls(IEnumerable<IWireService> services, Authenticator authenticator)
{
    private readonly Dictionary<string, IWireService> _services = services.ToDictionary(service => service.TargetPrefix);

    /// <summary>Runs one call and writes its answer.</summary>
    /// <exception cref="ServiceException">The target is of no service here.</exception>
    public async Task RunAsync(HttpContext context, string target)
    {
        var dot = target.LastIndexOf('.');
        if (dot < 0 || !_services.TryGetValue(target[..dot], out var service))
        {
            await authenticator.EnterAsync(context, service: null);
            throw new ServiceException(ServiceErrorKind.UnknownOperation, $"There is no operation {target}");
        }

        var operation = target[(dot + 1)..];
        if (await RefusalAsync(context, service, operation) is { } refusal)
        {
            await service.RefuseAsync(context, refusal);
            return;
        }

        await service.HandleAsync(context, operation);
    }

    /// <summary>Why a call may not come in; null where it may. These services have no policies: only the own account may.</summary>
    private async ValueTask<ServiceException?> RefusalAsync(HttpContext context, IWireService service, string operation)
    {
        try
        {
            var caller = await authenticator.EnterAsync(context, service.SigningName, Contracts.Limits.StreamRequestBytes);
            return caller.IsOwn ? null : SecurityErrors.Denied(caller.Arn, $"{service.SigningName}:{operation}");
        }
        catch (ServiceException refusal)
        {
            return refusal;
        }
    }
}
