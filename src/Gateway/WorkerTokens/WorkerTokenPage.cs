using System.Text.Json.Nodes;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.WorkerTokens;

/// <summary>
/// The token for the pods of a function: <c>GET /dispatcher/worker-tokens/{function}</c>, with <c>?Qualifier=N</c> that of a
/// published version, whose image may be another one.
/// </summary>
internal sealed class WorkerTokenPage(Catalog catalog, IWorkerTokens tokens) : IGatewayPage
{
    /// <inheritdoc/>
    public string Prefix => "/dispatcher/worker-tokens";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> GetAsync(HttpRequest request, CancellationToken cancellation)
    {
        var name = request.Path.Value![Prefix.Length..].Trim('/');
        var version = request.Query["Qualifier"].ToString() is { Length: > 0 } qualifier ? qualifier : FunctionRef.Latest;
        if (!HttpMethods.IsGet(request.Method) || name.Length == 0)
        {
            throw new ServiceException(ServiceErrorKind.NotFound, $"A token is read with GET {Prefix}/FUNCTION");
        }

        var found = await catalog.Functions.FindAsync(new FunctionRef(name, version).Key, cancellation)
            ?? throw ServiceException.NotFound($"There is no function {name} with version {version}");
        var answer = new JsonObject
        {
            ["function"] = name,
            ["version"] = version,
            ["token"] = tokens.TokenOf(found.Value),
        };
        return ApiResponse.Json(answer, StatusCodes.Status200OK);
    }
}
