using System.Text.Json.Nodes;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Permissions;

/// <summary>Shows a policy.</summary>
internal sealed class GetPolicy(PolicyRepository policies, FunctionFinder finder) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "GetPolicy";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = policies.Name(request);
        await finder.FindAsync(function, cancellation);
        var policy = await policies.FindAsync(function, cancellation) ?? throw PolicyErrors.NoPolicy();
        return ApiResponse.Json(new JsonObject { ["Policy"] = PolicyText.Of(policy), ["RevisionId"] = policy.RevisionId });
    }
}
