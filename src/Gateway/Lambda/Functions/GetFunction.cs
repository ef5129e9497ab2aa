using System.Text.Json.Nodes;
using Dispatcher.Contracts.Functions;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Concurrency;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Shows a function, its tags and where its code is.</summary>
internal sealed class GetFunction(FunctionFinder finder, FunctionView view, CodeLinks links, ConcurrencyRepository concurrency) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "GetFunction";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = finder.Name(request);
        var config = await finder.FindAsync(function, cancellation);
        var latest = function.IsLatest ? config : await finder.FindAsync(function with { Qualifier = null }, cancellation);
        var answer = new JsonObject { ["Configuration"] = view.Whole(config, function), ["Code"] = Code(request, config) };
        if (latest.Tags.Count > 0)
        {
            answer["Tags"] = FunctionView.Map(latest.Tags);
        }

        if ((await concurrency.ReadAsync(cancellation)).ReservedOf(function.Name) is { } reserved)
        {
            answer["Concurrency"] = new JsonObject { ["ReservedConcurrentExecutions"] = reserved };
        }

        return ApiResponse.Json(answer);
    }

    private JsonObject Code(ApiRequest request, FunctionConfig config)
        => FunctionCode.BlobOf(config) is { } blob
            ? new JsonObject { ["RepositoryType"] = "S3", ["Location"] = links.To(blob, request) }
            : new JsonObject
            {
                ["RepositoryType"] = "ECR",
                ["ImageUri"] = config.ImageUri,
                ["ResolvedImageUri"] = config.ImageUri,
            };
}
