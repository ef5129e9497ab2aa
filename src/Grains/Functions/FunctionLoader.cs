using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Grains.Functions;

/// <summary>Reads from the store what a name means and finds what runs it.</summary>
internal sealed class FunctionLoader(Catalog catalog, IEnumerable<IFunctionRuntime> runtimes, DispatcherConfig config)
{
    private readonly IFunctionRuntime[] _runtimes = [.. runtimes];

    /// <summary>Where calls of a name go.</summary>
    /// <exception cref="ServiceException">There is no such function, version or alias, or nothing here runs it.</exception>
    public async ValueTask<FunctionRoute> LoadAsync(FunctionRef function, CancellationToken cancellation)
    {
        var arn = function.ToArn(config.Region, config.Account);
        if (!function.IsAlias)
        {
            return new FunctionRoute(await LoadAsync(function, arn, cancellation));
        }

        var key = AliasConfig.Key(function.Name, function.Qualifier!);
        var alias = (await catalog.Aliases.FindAsync(key, cancellation))?.Value ?? throw Missing(arn);
        var main = await LoadAsync(function with { Qualifier = alias.FunctionVersion }, arn, cancellation);
        return alias.AdditionalVersion is { } version && alias.AdditionalWeight > 0
            ? new FunctionRoute(main, await LoadAsync(function with { Qualifier = version }, arn, cancellation), alias.AdditionalWeight)
            : new FunctionRoute(main);
    }

    /// <summary>Whether a plan is still what its version is.</summary>
    public async ValueTask<bool> IsCurrentAsync(FunctionPlan plan, CancellationToken cancellation)
    {
        var key = new FunctionRef(plan.Config.Name, plan.Config.Version).Key;
        return (await catalog.Functions.FindAsync(key, cancellation))?.Value.RevisionId == plan.Config.RevisionId;
    }

    private async ValueTask<FoundFunction> LoadAsync(FunctionRef version, string arn, CancellationToken cancellation)
    {
        var found = (await catalog.Functions.FindAsync(version.Key, cancellation))?.Value ?? throw Missing(arn);
        var runtime = Array.Find(_runtimes, r => r.Handles(found))
            ?? throw new ServiceException(ServiceErrorKind.InvalidRuntime, $"Nothing on this machine runs {Describe(found)}.");
        return new FoundFunction(new FunctionPlan(found, arn), runtime);
    }

    private static ServiceException Missing(string arn) => ServiceException.NotFound($"Function not found: {arn}");

    private static string Describe(FunctionConfig function)
        => function.PackageType == "Image" ? $"the image {function.ImageUri}" : $"the runtime {function.Runtime}";
}
