using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>What the rules of a request need to know besides the request.</summary>
/// <param name="Kind">The kind of source.</param>
/// <param name="NowMs">Milliseconds since 1970.</param>
/// <param name="MaximumParallelizationFactor">The configured maximum.</param>
/// <param name="Filters">The compiler of patterns; null where none is there.</param>
internal sealed record MappingContext(
    SourceKind Kind, long NowMs, int MaximumParallelizationFactor, IFilterValidator? Filters);
