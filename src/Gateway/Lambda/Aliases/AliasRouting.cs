using System.Text.Json.Nodes;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Names;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Aliases;

/// <summary>Takes the members of CreateAlias and UpdateAlias into an alias. What the request does not have stays.</summary>
internal static class AliasRouting
{
    /// <summary>The alias with the request's settings.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">Its versions do not go together.</exception>
    public static AliasConfig Apply(ApiRequest request, AliasConfig alias)
    {
        var changed = alias with
        {
            FunctionVersion = request.Text("FunctionVersion") ?? alias.FunctionVersion,
            Description = request.Text("Description") ?? alias.Description,
            RevisionId = Guid.NewGuid().ToString("D"),
        };
        if (request.Part("RoutingConfig") is { } routing)
        {
            changed = Share(changed, routing["AdditionalVersionWeights"]?.AsObject() ?? []);
        }

        return changed.AdditionalVersion is null ? changed : Checked(changed);
    }

    /// <summary>Checks that the versions of an alias exist.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">One does not.</exception>
    public static async ValueTask CheckAsync(FunctionFinder finder, AliasConfig alias, CancellationToken cancellation)
    {
        await finder.FindAsync(new FunctionRef(alias.FunctionName, alias.FunctionVersion), cancellation);
        if (alias.AdditionalVersion is { } other)
        {
            await finder.FindAsync(new FunctionRef(alias.FunctionName, other), cancellation);
        }
    }

    private static AliasConfig Share(AliasConfig alias, JsonObject weights) => weights.Count switch
    {
        0 => alias with { AdditionalVersion = null, AdditionalWeight = 0 },
        1 => alias with { AdditionalVersion = weights.First().Key, AdditionalWeight = weights.First().Value!.GetValue<double>() },
        _ => throw AliasErrors.TooManyVersions(),
    };

    private static AliasConfig Checked(AliasConfig alias) => alias.FunctionVersion switch
    {
        FunctionRef.Latest => throw AliasErrors.LatestShares(),
        var main when main == alias.AdditionalVersion => throw AliasErrors.SameVersion(main),
        _ => alias,
    };
}
