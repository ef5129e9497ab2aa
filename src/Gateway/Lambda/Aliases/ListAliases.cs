using System.Text.Json.Nodes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Functions;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Aliases;

/// <summary>Lists the aliases of a function, or those of one version, by name. The marker is the last one shown.</summary>
internal sealed class ListAliases(FunctionFinder finder, FunctionParts parts, AliasView view) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "ListAliases";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = finder.Unqualified(request);
        await finder.FindAsync(function, cancellation);
        var aliases = await parts.AliasesAsync(function.Name, cancellation);
        var rest = aliases.Where(one => Wanted(request, one)).ToArray();
        var count = Math.Min(request.Number("MaxItems") ?? Limits.VersionPage, Limits.VersionPage);
        var answer = new JsonObject { ["Aliases"] = new JsonArray([.. rest.Take(count).Select(one => (JsonNode)view.Show(one))]) };
        if (rest.Length > count)
        {
            answer["NextMarker"] = rest[count - 1].Name;
        }

        return ApiResponse.Json(answer);
    }

    private static bool Wanted(ApiRequest request, AliasConfig alias)
        => (request.Text("FunctionVersion") is not { } version || alias.Uses(version))
            && (request.Text("Marker") is not { } marker || string.CompareOrdinal(alias.Name, marker) > 0);
}
