using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Lambda.Aliases;

/// <summary>Deletes an alias; its versions stay.</summary>
internal sealed class DeleteAlias(FunctionFinder finder, AliasRepository aliases) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "DeleteAlias";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = finder.Unqualified(request);
        await finder.FindAsync(function, cancellation);
        await aliases.DeleteAsync(function with { Qualifier = request.Text("Name") }, cancellation);
        return ApiResponse.Empty(StatusCodes.Status204NoContent);
    }
}
