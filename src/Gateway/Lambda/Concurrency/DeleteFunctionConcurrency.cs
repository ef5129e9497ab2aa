using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Lambda.Concurrency;

/// <summary>Takes a function's reservation away; one that is not there is gone already, as in AWS.</summary>
internal sealed class DeleteFunctionConcurrency(FunctionFinder finder, ConcurrencyRepository concurrency) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "DeleteFunctionConcurrency";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        await concurrency.ReserveAsync(finder.Unqualified(request).Name, null, cancellation);
        return ApiResponse.Empty(StatusCodes.Status204NoContent);
    }
}
