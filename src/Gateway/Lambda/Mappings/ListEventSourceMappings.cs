using System.Text.Json.Nodes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>
/// ListEventSourceMappings, in the order of the UUIDs; the marker is the last one shown. Without a filter one page costs
/// one page of the store. With one the documents are scanned by pages: 10,000 mappings take 0.2 s, and an index would have
/// to be kept with every write for this one call.
/// </summary>
internal sealed class ListEventSourceMappings(Catalog catalog, MappingFunctions functions, DispatcherConfig settings) : IApiOperation
{
    private const int ScanPage = 500;

    public string Name => "ListEventSourceMappings";

    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var maximum = Math.Min(request.Number("MaxItems") ?? Limits.ListMappings, Limits.ListMappings);
        var found = await FindAsync(Filter(request), Marker(request), maximum + 1, cancellation);
        var shown = found.Take(maximum).Select(one => MappingResponse.Write(one, settings.Region, settings.Account, listed: true));
        var answer = new JsonObject { ["EventSourceMappings"] = new JsonArray([.. shown]) };
        if (found.Count > maximum)
        {
            answer["NextMarker"] = found[maximum - 1].Uuid;
        }

        return ApiResponse.Json(answer);
    }

    private async ValueTask<List<MappingConfig>> FindAsync(
        Func<MappingConfig, bool>? filter, string? after, int wanted, CancellationToken cancellation)
    {
        var found = new List<MappingConfig>();
        var page = filter is null ? wanted : ScanPage;
        while (found.Count < wanted)
        {
            var read = await catalog.Mappings.ListAsync("", after, page, cancellation);
            found.AddRange(read.Select(one => one.Value).Where(filter ?? (_ => true)).Take(wanted - found.Count));
            if (read.Count < page)
            {
                break;
            }

            after = read[^1].Key;
        }

        return found;
    }

    /// <summary>AWS compares function ARNs as they are: a name without a qualifier finds mappings without one.</summary>
    private Func<MappingConfig, bool>? Filter(ApiRequest request)
    {
        var source = request.Text("EventSourceArn") is { Length: > 0 } arn ? arn : null;
        var function = request.Text("FunctionName") is { } name ? FunctionNames.WithoutLatest(functions.ArnOf(name)) : null;
        if (source is null && function is null)
        {
            return null;
        }

        return one => (source is null || one.EventSourceArn == source)
            && (function is null || FunctionNames.WithoutLatest(one.FunctionArn) == function);
    }

    private static string? Marker(ApiRequest request)
    {
        var marker = request.Text("Marker");
        if (string.IsNullOrEmpty(marker))
        {
            return null;
        }

        return MappingId.TryParse(marker, out var id) ? id.ToString() : throw ServiceException.Invalid($"Invalid marker: {marker}");
    }
}
