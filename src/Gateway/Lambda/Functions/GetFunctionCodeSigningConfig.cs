using System.Text.Json.Nodes;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>
/// Says that a function's code is not signed, in AWS's way: an empty ARN. Terraform asks this of every function with an archive
/// and takes no error for an answer.
/// </summary>
internal sealed class GetFunctionCodeSigningConfig(FunctionFinder finder) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "GetFunctionCodeSigningConfig";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = await finder.FindAsync(finder.Unqualified(request), cancellation);
        return ApiResponse.Json(new JsonObject { ["CodeSigningConfigArn"] = "", ["FunctionName"] = function.Name });
    }
}
