using System.Text.Json.Nodes;
using Dispatcher.Contracts.Functions;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Tags;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Makes a function of inline code or of an image.</summary>
internal sealed class CreateFunction(
    FunctionFinder finder, FunctionShelf shelf, FunctionHosts hosts, FunctionView view) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "CreateFunction";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        if (request.Flag("Publish") == true)
        {
            throw FunctionErrors.NoVersions();
        }

        var tags = FunctionSettings.Map(request.Part("Tags"));
        TagLimit.Check(tags.Count);
        var package = request.Text("PackageType") ?? "Zip";
        var config = FunctionSettings.Apply(request, new FunctionConfig
        {
            Name = finder.Unqualified(request).Name,
            PackageType = package,
            Tags = tags,
        });
        FunctionRules.Check(config);
        var code = FunctionCode.Read((JsonObject)request.Part("Code")!, package);
        config = shelf.Stamp(code.ApplyTo(config));
        await hosts.CheckAsync(config, code.Archive, cancellation);
        return await shelf.CreateAsync(config, code.Archive, cancellation)
            ? ApiResponse.Json(view.Whole(config))
            : throw FunctionErrors.Exists(config.Name);
    }
}
