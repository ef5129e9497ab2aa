using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Lambda.EventInvokeConfigs;

/// <summary>Goes back to the defaults.</summary>
internal sealed class DeleteFunctionEventInvokeConfig(EventInvokeSettings configs, Catalog catalog) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "DeleteFunctionEventInvokeConfig";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = await configs.FunctionAsync(request, cancellation);
        return await catalog.EventInvokeConfigs.DeleteAsync(EventInvokeConfig.Key(function), cancellation)
            ? ApiResponse.Empty(StatusCodes.Status204NoContent)
            : throw configs.Missing(function);
    }
}
