using System.Text.Json.Nodes;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Concurrency;

/// <summary>Lists the provisioned concurrency of a function's versions and aliases. The marker is the key of the last one shown.</summary>
internal sealed class ListProvisionedConcurrencyConfigs(FunctionFinder finder, Catalog catalog) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "ListProvisionedConcurrencyConfigs";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = finder.Unqualified(request);
        await finder.FindAsync(function, cancellation);
        var count = request.Number("MaxItems") ?? Contracts.Limits.VersionPage;
        var found = await catalog.Provisioned.ListAsync($"{function.Name}:", request.Text("Marker"), count + 1, cancellation);
        var shown = found.Take(count).ToArray();
        var list = new JsonArray();
        foreach (var one in shown)
        {
            var view = ProvisionedRepository.Show(one.Value);
            view["FunctionArn"] = finder.Arn(new FunctionRef(one.Value.Function, one.Value.Qualifier));
            list.Add((JsonNode)view);
        }

        var answer = new JsonObject { ["ProvisionedConcurrencyConfigs"] = list };
        if (found.Count > count)
        {
            answer["NextMarker"] = shown[^1].Key;
        }

        return ApiResponse.Json(answer);
    }
}
