using Dispatcher.Contracts.Functions;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Aliases;

/// <summary>Points an alias to other versions.</summary>
internal sealed class UpdateAlias(FunctionFinder finder, AliasRepository aliases, AliasView view) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "UpdateAlias";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = finder.Unqualified(request);
        await finder.FindAsync(function, cancellation);
        var named = function with { Qualifier = request.Text("Name") };
        var changed = await aliases.ChangeAsync(named, present => Change(request, present), cancellation);
        return ApiResponse.Json(view.Show(changed ?? throw AliasErrors.NotUpdated(finder.Arn(named))));
    }

    private static AliasConfig Change(ApiRequest request, AliasConfig present)
        => request.Text("RevisionId") is { } wanted && wanted != present.RevisionId
            ? throw FunctionErrors.OldRevision()
            : AliasRouting.Apply(request, present);
}
