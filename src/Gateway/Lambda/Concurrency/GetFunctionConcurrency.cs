using System.Text.Json.Nodes;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Concurrency;

/// <summary>Shows the reserved concurrency of a function; nothing where it has none.</summary>
internal sealed class GetFunctionConcurrency(FunctionFinder finder, ConcurrencyRepository concurrency) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "GetFunctionConcurrency";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = finder.Unqualified(request);
        await finder.FindAsync(function, cancellation);
        var answer = new JsonObject();
        if ((await concurrency.ReadAsync(cancellation)).ReservedOf(function.Name) is { } reserved)
        {
            answer["ReservedConcurrentExecutions"] = reserved;
        }

        return ApiResponse.Json(answer);
    }
}
