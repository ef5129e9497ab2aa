using Dispatcher.Contracts.Functions;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Versions;

/// <summary>Makes a version of a function's present code and configuration.</summary>
internal sealed class PublishVersion(FunctionFinder finder, VersionRepository versions, FunctionView view) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "PublishVersion";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = finder.Unqualified(request);
        var version = await versions.PublishAsync(function.Name, latest => Make(request, latest), cancellation);
        return ApiResponse.Json(view.Whole(version));
    }

    private static FunctionConfig Make(ApiRequest request, FunctionConfig latest)
    {
        if (request.Text("CodeSha256") is { Length: > 0 } wanted && wanted != latest.CodeSha256)
        {
            throw VersionErrors.OtherCode(wanted, latest.CodeSha256);
        }

        FunctionRevision.Demand(request, latest);
        return latest with { Description = request.Text("Description") ?? latest.Description };
    }
}
