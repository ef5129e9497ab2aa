using System.Text.Json.Nodes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Names;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Versions;

/// <summary>Lists <c>$LATEST</c> and the versions of a function, the oldest first. The marker is the last one shown.</summary>
internal sealed class ListVersionsByFunction(FunctionFinder finder, FunctionParts parts, FunctionView view) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "ListVersionsByFunction";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = finder.Unqualified(request);
        var latest = await finder.FindAsync(function, cancellation);
        var marker = Read(request.Text("Marker"));
        List<FunctionConfig> all = [latest, .. await parts.VersionsAsync(function.Name, cancellation)];
        var rest = all.Where(one => Number(one) > marker).ToArray();
        var count = Math.Min(request.Number("MaxItems") ?? Limits.VersionPage, Limits.VersionPage);
        var answer = new JsonObject { ["Versions"] = new JsonArray([.. rest.Take(count).Select(one => (JsonNode)Show(one))]) };
        if (rest.Length > count)
        {
            answer["NextMarker"] = rest[count - 1].Version;
        }

        return ApiResponse.Json(answer);
    }

    private JsonObject Show(FunctionConfig config)
    {
        var shown = view.Listed(config);
        shown["FunctionArn"] = finder.Arn(new FunctionRef(config.Name, config.Version));
        return shown;
    }

    private static long Number(FunctionConfig config) => config.Version == FunctionRef.Latest ? 0 : long.Parse(config.Version);

    /// <summary>The number that a marker stands for; -1 for the beginning, also where it is none of ours.</summary>
    private static long Read(string? marker)
        => marker == FunctionRef.Latest ? 0 : long.TryParse(marker, out var number) ? number : -1;
}
