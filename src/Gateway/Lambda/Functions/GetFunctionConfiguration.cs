using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Shows a function's settings.</summary>
internal sealed class GetFunctionConfiguration(FunctionFinder finder, FunctionView view) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "GetFunctionConfiguration";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
        => ApiResponse.Json(view.Whole(await finder.FindAsync(finder.Name(request), cancellation)));
}
