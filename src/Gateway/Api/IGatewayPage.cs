using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Api;

/// <summary>Something of this server's own under a path that is no AWS operation.</summary>
internal interface IGatewayPage
{
    /// <summary>The path that it is found under, with its leading slash.</summary>
    string Prefix { get; }

    /// <summary>True: for administrators only. False: the page finds out by itself who may have it.</summary>
    bool IsForAdministrators => true;

    /// <summary>Answers a request below the prefix.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">What the caller is to be told.</exception>
    ValueTask<ApiResponse> GetAsync(HttpRequest request, CancellationToken cancellation);
}
