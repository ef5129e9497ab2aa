using System.Text.Json;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Status;

/// <summary>
/// Why is it stuck? <c>GET /dispatcher/mappings/{uuid}</c> shows a mapping shard by shard and lane by lane;
/// <c>GET /dispatcher/mappings?after=UUID</c> a page of mappings.
/// </summary>
internal sealed class StatusPage(Catalog catalog, IGrainDirectory grains) : IGatewayPage
{
    /// <summary>Mappings of one page: every shard of each is asked.</summary>
    private const int PageSize = 100;

    /// <inheritdoc/>
    public string Prefix => "/dispatcher/mappings";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> GetAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!HttpMethods.IsGet(request.Method))
        {
            throw new ServiceException(ServiceErrorKind.NotFound, "A mapping's status can only be read");
        }

        var tail = request.Path.Value![Prefix.Length..].Trim('/');
        return tail.Length > 0
            ? ApiResponse.Raw(JsonSerializer.SerializeToUtf8Bytes(await OneAsync(tail, cancellation), StatusJson.Default.MappingStatus), status: StatusCodes.Status200OK)
            : ApiResponse.Raw(JsonSerializer.SerializeToUtf8Bytes(await ManyAsync(request.Query["after"], cancellation), StatusJson.Default.StatusList), status: StatusCodes.Status200OK);
    }

    private async ValueTask<MappingStatus> OneAsync(string uuid, CancellationToken cancellation)
    {
        var found = MappingId.TryParse(uuid, out var id) ? await catalog.Mappings.FindAsync(id.ToString(), cancellation) : null;
        return found is null
            ? throw ServiceException.NotFound($"There is no mapping {uuid}")
            : await grains.Mapping(id).StatusAsync(cancellation);
    }

    private async ValueTask<StatusList> ManyAsync(string? after, CancellationToken cancellation)
    {
        var found = await catalog.Mappings.ListAsync("", string.IsNullOrEmpty(after) ? null : after, PageSize, cancellation);
        var statuses = await Task.WhenAll(found.Select(m => StatusAsync(m, cancellation)));
        return new StatusList([.. statuses.OfType<MappingStatus>()], found.Count == PageSize ? found[^1].Key : null);
    }

    private async Task<MappingStatus?> StatusAsync(Stored<MappingConfig> mapping, CancellationToken cancellation)
        => MappingId.TryParse(mapping.Key, out var id) ? await grains.Mapping(id).StatusAsync(cancellation) : null;
}
