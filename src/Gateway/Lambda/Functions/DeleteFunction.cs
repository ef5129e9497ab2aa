using Dispatcher.Contracts.Names;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Deletes a function. Mappings that use it stay and find no function, as in AWS.</summary>
internal sealed class DeleteFunction(FunctionFinder finder, FunctionShelf shelf) : IApiOperation
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

        return function.Qualifier is null && await shelf.DeleteAsync(function.Name, cancellation)
            ? ApiResponse.Empty(StatusCodes.Status204NoContent)
            : throw finder.Missing(function);
    }
}
