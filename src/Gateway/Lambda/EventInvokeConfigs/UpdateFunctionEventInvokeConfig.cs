using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Lambda.EventInvokeConfigs;

/// <summary>Changes what is given and leaves the rest.</summary>
internal sealed class UpdateFunctionEventInvokeConfig(EventInvokeSettings configs, Catalog catalog) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "UpdateFunctionEventInvokeConfig";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = await configs.FunctionAsync(request, cancellation);
        while (await catalog.EventInvokeConfigs.FindAsync(EventInvokeConfig.Key(function), cancellation) is { } present)
        {
            var changed = await configs.ApplyAsync(request, present.Value, cancellation);
            if (await catalog.EventInvokeConfigs.ReplaceAsync(present, changed, cancellation))
            {
                return ApiResponse.Json(configs.Show(changed), StatusCodes.Status200OK);
            }
        }

        throw configs.Missing(function);
    }
}
