using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Lambda.EventInvokeConfigs;

/// <summary>Sets how asynchronous invocations are treated; what is not given has its default.</summary>
internal sealed class PutFunctionEventInvokeConfig(EventInvokeSettings configs, Catalog catalog) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "PutFunctionEventInvokeConfig";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = await configs.FunctionAsync(request, cancellation);
        var config = await configs.ApplyAsync(
            request, new EventInvokeConfig { Function = function.Name, Qualifier = function.Qualifier! }, cancellation);
        var key = EventInvokeConfig.Key(function);
        while (await catalog.EventInvokeConfigs.UpdateAsync(key, _ => config, cancellation) is null
            && !await catalog.EventInvokeConfigs.CreateAsync(key, config, cancellation))
        {
        }

        return ApiResponse.Json(configs.Show(config), StatusCodes.Status200OK);
    }
}
