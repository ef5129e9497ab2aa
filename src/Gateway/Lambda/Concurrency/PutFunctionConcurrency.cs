using System.Text.Json.Nodes;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Concurrency;

/// <summary>Reserves concurrency for a function: guarantee and cap, 0 turns it off.</summary>
internal sealed class PutFunctionConcurrency(FunctionFinder finder, ConcurrencyRepository concurrency) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "PutFunctionConcurrency";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = finder.Unqualified(request);
        var reserved = request.Number("ReservedConcurrentExecutions")!.Value;
        await concurrency.ReserveAsync(function.Name, reserved, cancellation);
        return ApiResponse.Json(new JsonObject { ["ReservedConcurrentExecutions"] = reserved });
    }
}
