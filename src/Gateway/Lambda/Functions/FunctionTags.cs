using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Lambda.Tags;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Tags of functions. They change neither the revision nor the workers.</summary>
internal sealed class FunctionTags(FunctionFinder finder, Catalog catalog) : ITagOwner
{
    /// <inheritdoc/>
    public bool Owns(string arn) => Arn.TryParse(arn, out var parts) && parts.Resource.StartsWith("function:", StringComparison.Ordinal);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<string, string>> ReadAsync(string arn, CancellationToken cancellation)
        => (await finder.FindAsync(Name(arn), cancellation)).Tags;

    /// <inheritdoc/>
    public async ValueTask ChangeAsync(
        string arn,
        Func<IReadOnlyDictionary<string, string>, IReadOnlyDictionary<string, string>> change,
        CancellationToken cancellation)
    {
        var function = Name(arn);
        _ = await catalog.Functions.UpdateAsync(function.Name, one => one with { Tags = change(one.Tags) }, cancellation)
            ?? throw finder.Missing(function);
    }

    private FunctionRef Name(string arn)
    {
        var function = finder.Name(arn);
        return function.Qualifier is null ? function : throw FunctionErrors.QualifiedTags();
    }
}
