using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Shows a function's settings.</summary>
internal sealed class GetFunctionConfiguration(FunctionFinder finder, FunctionView view) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "GetFunctionConfiguration";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = finder.Name(request);
        return ApiResponse.Json(view.Whole(await finder.FindAsync(function, cancellation), function));
    }
}
