using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Lambda.Concurrency;

/// <summary>Does not keep workers ready any more.</summary>
internal sealed class DeleteProvisionedConcurrencyConfig(FunctionFinder finder, ProvisionedRepository provisioned) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "DeleteProvisionedConcurrencyConfig";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var target = provisioned.Target(request);
        await finder.FindAsync(target, cancellation);
        await provisioned.DeleteAsync(target, cancellation);
        return ApiResponse.Empty(StatusCodes.Status204NoContent);
    }
}
