using System.Text.Json.Nodes;
using Dispatcher.Contracts.Functions;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Shows a function, its tags and where its code is.</summary>
internal sealed class GetFunction(FunctionFinder finder, FunctionView view) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "GetFunction";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var config = await finder.FindAsync(finder.Name(request), cancellation);
        var answer = new JsonObject { ["Configuration"] = view.Whole(config), ["Code"] = Code(request, config) };
        if (config.Tags.Count > 0)
        {
            answer["Tags"] = FunctionView.Map(config.Tags);
        }

        return ApiResponse.Json(answer);
    }

    private static JsonObject Code(ApiRequest request, FunctionConfig config)
        => FunctionCode.BlobOf(config) is { } blob
            ? new JsonObject { ["RepositoryType"] = "S3", ["Location"] = $"{request.BaseUrl}{CodePage.Path}/{blob}" }
            : new JsonObject
            {
                ["RepositoryType"] = "ECR",
                ["ImageUri"] = config.ImageUri,
                ["ResolvedImageUri"] = config.ImageUri,
            };
}
