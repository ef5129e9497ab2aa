using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Aliases;

/// <summary>Shows an alias.</summary>
internal sealed class GetAlias(FunctionFinder finder, AliasView view) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "GetAlias";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = finder.Unqualified(request);
        await finder.FindAsync(function, cancellation);
        var named = function with { Qualifier = request.Text("Name") };
        return await finder.FindAliasAsync(named, cancellation) is { } alias
            ? ApiResponse.Json(view.Show(alias))
            : throw AliasErrors.NotFound(finder.Arn(named));
    }
}
