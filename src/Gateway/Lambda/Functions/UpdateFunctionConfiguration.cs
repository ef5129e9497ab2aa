using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Changes a function's settings.</summary>
internal sealed class UpdateFunctionConfiguration(
    FunctionFinder finder, FunctionRepository functions, FunctionHosts hosts, DeadLetterTarget letters, FunctionView view, IStore store) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "UpdateFunctionConfiguration";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = finder.Unqualified(request);
        var present = await finder.FindAsync(function, cancellation);
        var changed = Change(request, present);
        if (changed.DeadLetterTarget != present.DeadLetterTarget)
        {
            await letters.CheckAsync(changed, cancellation);
        }

        if (changed.Runtime != present.Runtime || changed.Handler != present.Handler)
        {
            var blob = FunctionCode.BlobOf(changed);
            var archive = blob is null ? null : await store.Blobs.GetAsync(blob, cancellation);
            await hosts.CheckAsync(changed, archive, cancellation);
        }

        var stored = await functions.ChangeAsync(function.Name, [], one => functions.Stamp(Change(request, one)), cancellation);
        return ApiResponse.Json(view.Whole(stored ?? throw finder.Missing(function)));
    }

    private static FunctionConfig Change(ApiRequest request, FunctionConfig present)
    {
        FunctionRevision.Demand(request, present);
        var changed = FunctionSettings.Apply(request, present);
        FunctionRules.Check(changed);
        return changed;
    }
}
