using Dispatcher.Contracts.Functions;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Versions;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Gives a function other code.</summary>
internal sealed class UpdateFunctionCode(
    FunctionFinder finder, FunctionRepository functions, FunctionHosts hosts, VersionRepository versions, FunctionView view) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "UpdateFunctionCode";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var function = finder.Unqualified(request);
        var present = await finder.FindAsync(function, cancellation);
        var code = FunctionCode.Read(request.Input, present.PackageType);
        var changed = Change(request, code, present);
        await hosts.CheckAsync(changed, code.Archive, cancellation);
        if (request.Flag("DryRun") == true)
        {
            return ApiResponse.Json(view.Whole(changed));
        }

        var stored = await functions.ChangeAsync(
            function.Name, code.Archive, one => functions.Stamp(Change(request, code, one)), cancellation)
            ?? throw finder.Missing(function);
        return ApiResponse.Json(view.Whole(
            request.Flag("Publish") == true ? await versions.PublishAsync(stored.Name, VersionRepository.AsItIs, CancellationToken.None) : stored));
    }

    private static FunctionConfig Change(ApiRequest request, FunctionCode code, FunctionConfig present)
    {
        FunctionRevision.Demand(request, present);
        return code.ApplyTo(present) with { Architectures = FunctionSettings.Architectures(request) ?? present.Architectures };
    }
}
