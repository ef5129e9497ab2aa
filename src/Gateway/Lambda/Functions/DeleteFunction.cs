using Dispatcher.Contracts.Names;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Versions;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Deletes a function with all that belongs to it, or one version. Mappings that use it stay and find no function, as in AWS.</summary>
internal sealed class DeleteFunction(FunctionFinder finder, FunctionRepository functions, VersionRepository versions) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "DeleteFunction";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = finder.Name(request);
        if (function.Qualifier == FunctionRef.Latest)
        {
            throw FunctionErrors.LatestStays();
        }

        if (function.Qualifier is not null)
        {
            await versions.DeleteAsync(function, cancellation);
            return ApiResponse.Empty(StatusCodes.Status204NoContent);
        }

        return await functions.DeleteAsync(function.Name, cancellation)
            ? ApiResponse.Empty(StatusCodes.Status204NoContent)
            : throw finder.Missing(function);
    }
}
