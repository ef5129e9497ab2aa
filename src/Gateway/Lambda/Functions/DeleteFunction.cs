using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Deletes a function. Mappings that use it stay and find no function, as in AWS.</summary>
internal sealed class DeleteFunction(FunctionFinder finder, FunctionShelf shelf, Catalog catalog) : IApiOperation
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

        if (function.Qualifier is not null || !await shelf.DeleteAsync(function.Name, cancellation))
        {
            throw finder.Missing(function);
        }

        await ForgetEventSettingsAsync(function.Name);
        return ApiResponse.Empty(StatusCodes.Status204NoContent);
    }

    /// <summary>A function of the same name that is made later begins with the defaults of asynchronous invocation.</summary>
    private async ValueTask ForgetEventSettingsAsync(string name)
    {
        foreach (var one in await catalog.EventInvokeConfigs.ListAsync($"{name}:", null, int.MaxValue, CancellationToken.None))
        {
            await catalog.EventInvokeConfigs.DeleteAsync(one.Key, CancellationToken.None);
        }
    }
}
