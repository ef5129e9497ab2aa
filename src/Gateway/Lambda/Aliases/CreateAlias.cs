using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Names;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Aliases;

/// <summary>Gives a version a name.</summary>
internal sealed class CreateAlias(FunctionFinder finder, AliasRepository aliases, AliasView view) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "CreateAlias";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = finder.Unqualified(request);
        var alias = AliasRouting.Apply(request, new AliasConfig
        {
            FunctionName = function.Name,
            Name = request.Text("Name")!,
            FunctionVersion = request.Text("FunctionVersion")!,
        });
        return await aliases.CreateAsync(alias, cancellation)
            ? ApiResponse.Json(view.Show(alias))
            : throw AliasErrors.Exists(finder.Arn(new FunctionRef(function.Name, alias.Name)));
    }
}
