using System.Text.Json.Nodes;
using Dispatcher.Contracts.Functions;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Tags;
using Dispatcher.Gateway.Lambda.Versions;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Makes a function of inline code or of an image.</summary>
internal sealed class CreateFunction(
    FunctionFinder finder, FunctionRepository functions, FunctionHosts hosts, DeadLetterTarget letters, VersionRepository versions, FunctionView view) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "CreateFunction";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var tags = FunctionSettings.Map(request.Part("Tags"));
        TagLimit.Check(tags);
        var package = request.Text("PackageType") ?? "Zip";
        var config = FunctionSettings.Apply(request, new FunctionConfig
        {
            Name = finder.Unqualified(request).Name,
            PackageType = package,
            Creation = Guid.NewGuid().ToString("N"),
            Tags = tags,
        });
        FunctionRules.Check(config);
        await letters.CheckAsync(config, cancellation);
        var code = FunctionCode.Read((JsonObject)request.Part("Code")!, package);
        config = functions.Stamp(code.ApplyTo(config));
        await hosts.CheckAsync(config, code.Archive, cancellation);
        if (!await functions.CreateAsync(config, code.Archive, cancellation))
        {
            throw FunctionErrors.Exists(config.Name);
        }

        return ApiResponse.Json(view.Whole(
            request.Flag("Publish") == true ? await versions.PublishAsync(config.Name, VersionRepository.AsItIs, CancellationToken.None) : config));
    }
}
