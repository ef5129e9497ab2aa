using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Lambda.EventInvokeConfigs;

/// <summary>Shows how asynchronous invocations are treated.</summary>
internal sealed class GetFunctionEventInvokeConfig(EventInvokeSettings configs, Catalog catalog) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "GetFunctionEventInvokeConfig";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = await configs.FunctionAsync(request, cancellation);
        var found = await catalog.EventInvokeConfigs.FindAsync(EventInvokeConfig.Key(function), cancellation);
        return ApiResponse.Json(configs.Show(found?.Value ?? throw configs.Missing(function)), StatusCodes.Status200OK);
    }
}
