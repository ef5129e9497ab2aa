using System.Text.Json.Nodes;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Names;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Aliases;

/// <summary>An alias as the API shows it (AliasConfiguration).</summary>
internal sealed class AliasView(FunctionFinder finder)
{
    /// <summary>All members.</summary>
    public JsonObject Show(AliasConfig alias)
    {
        var view = new JsonObject
        {
            ["AliasArn"] = finder.Arn(new FunctionRef(alias.FunctionName, alias.Name)),
            ["Name"] = alias.Name,
            ["FunctionVersion"] = alias.FunctionVersion,
            ["Description"] = alias.Description,
            ["RevisionId"] = alias.RevisionId,
        };
        if (alias.AdditionalVersion is { } other)
        {
            view["RoutingConfig"] = new JsonObject
            {
                ["AdditionalVersionWeights"] = new JsonObject { [other] = alias.AdditionalWeight },
            };
        }

        return view;
    }
}
