using Dispatcher.Contracts.Sources;

namespace Dispatcher.Contracts.Mappings;

/// <summary>Port to the compiler of filter patterns; asked at creation and change of a mapping where one is registered.</summary>
public interface IFilterValidator
{
    /// <summary>What is wrong with a pattern (a JSON object already) for a kind of source; null where nothing is.</summary>
    string? Check(SourceKind kind, string pattern);
}
