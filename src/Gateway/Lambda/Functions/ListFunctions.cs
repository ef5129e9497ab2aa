using System.Text.Json.Nodes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Lists functions by name, page by page. The marker is the key of the last one shown.</summary>
internal sealed class ListFunctions(Catalog catalog, FunctionView view) : IApiOperation
{
    private const int ReadAtOnce = 200;

    /// <inheritdoc/>
    public string Name => "ListFunctions";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var count = Math.Min(request.Number("MaxItems") ?? Limits.FunctionPage, Limits.FunctionPage);
        var all = request.Text("FunctionVersion") == "ALL";
        var found = await ReadAsync(request.Text("Marker"), count + 1, all, cancellation);
        var shown = found.Take(count).ToArray();
        var answer = new JsonObject
        {
            ["Functions"] = new JsonArray([.. shown.Select(one => (JsonNode)Show(one.Value, all))]),
        };
        if (found.Count > count)
        {
            answer["NextMarker"] = shown[^1].Key;
        }

        return ApiResponse.Json(answer);
    }

    private JsonObject Show(FunctionConfig config, bool all)
    {
        var shown = view.Listed(config);
        if (all)
        {
            shown["FunctionArn"] = $"{view.Arn(config with { Version = FunctionRef.Latest })}:{config.Version}";
        }

        return shown;
    }

    private async ValueTask<List<Stored<FunctionConfig>>> ReadAsync(
        string? after, int count, bool all, CancellationToken cancellation)
    {
        var found = new List<Stored<FunctionConfig>>(count);
        while (true)
        {
            var page = await catalog.Functions.ListAsync("", after, ReadAtOnce, cancellation);
            foreach (var one in page)
            {
                if (all || one.Value.Version == FunctionRef.Latest)
                {
                    found.Add(one);
                }
            }

            if (page.Count < ReadAtOnce || found.Count >= count)
            {
                return found;
            }

            after = page[^1].Key;
        }
    }
}
