using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Lambda.Concurrency;

/// <summary>Keeps workers of a version or alias ready.</summary>
internal sealed class PutProvisionedConcurrencyConfig(FunctionFinder finder, ProvisionedRepository provisioned) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "PutProvisionedConcurrencyConfig";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var target = finder.Name(request);
        if (target.IsLatest)
        {
            throw ConcurrencyErrors.Unpublished();
        }

        var config = await provisioned.PutAsync(target, request.Number("ProvisionedConcurrentExecutions")!.Value, cancellation);
        return ApiResponse.Json(ProvisionedRepository.Show(config), StatusCodes.Status202Accepted);
    }
}
