using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Concurrency;

/// <summary>Shows how many workers of a version or alias are ready.</summary>
internal sealed class GetProvisionedConcurrencyConfig(FunctionFinder finder, ProvisionedRepository provisioned) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "GetProvisionedConcurrencyConfig";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var target = provisioned.Target(request);
        await finder.FindAsync(target, cancellation);
        var config = await provisioned.FindAsync(target, cancellation);
        return ApiResponse.Json(ProvisionedRepository.Show(config ?? throw ConcurrencyErrors.NotProvisioned()));
    }
}
