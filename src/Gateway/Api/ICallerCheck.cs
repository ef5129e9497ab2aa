namespace Dispatcher.Gateway.Api;

/// <summary>Decides whether a caller may do what a call of the Lambda API asks for.</summary>
internal interface ICallerCheck
{
    /// <summary>Refuses by throwing.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">The caller may not (AccessDenied).</exception>
    ValueTask DemandAsync(ApiRequest request, CancellationToken cancellation);
}
