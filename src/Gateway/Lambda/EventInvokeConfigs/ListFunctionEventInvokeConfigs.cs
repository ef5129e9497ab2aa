using System.Text.Json.Nodes;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Lambda.EventInvokeConfigs;

/// <summary>Lists the configs of a function, its versions and aliases. The marker is the key of the last one shown.</summary>
internal sealed class ListFunctionEventInvokeConfigs(EventInvokeSettings configs, Catalog catalog) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "ListFunctionEventInvokeConfigs";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = await configs.FunctionAsync(request, cancellation);
        var count = request.Number("MaxItems") ?? Contracts.Limits.FunctionPage;
        var found = await catalog.EventInvokeConfigs.ListAsync($"{function.Name}:", request.Text("Marker"), count + 1, cancellation);
        var shown = found.Take(count).ToArray();
        var answer = new JsonObject
        {
            ["FunctionEventInvokeConfigs"] = new JsonArray([.. shown.Select(one => (JsonNode)configs.Show(one.Value))]),
        };
        if (found.Count > count)
        {
            answer["NextMarker"] = shown[^1].Key;
        }

        return ApiResponse.Json(answer, StatusCodes.Status200OK);
    }
}
