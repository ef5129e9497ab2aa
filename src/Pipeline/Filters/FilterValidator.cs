using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Pipeline.Filters;

/// <summary>Checks patterns by compiling them.</summary>
internal sealed class FilterValidator : IFilterValidator
{
    /// <inheritdoc/>
    public string? Check(SourceKind kind, string pattern)
        => FilterPlan.Compile(kind, [pattern], out var error) is null ? "Reason: " + error : null;
}
