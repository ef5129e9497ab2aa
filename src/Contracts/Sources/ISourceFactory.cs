using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Contracts.Sources;

/// <summary>Port of one kind of source.</summary>
public interface ISourceFactory
{
    /// <summary>Whether mappings like this are read by this kind.</summary>
    bool Handles(MappingConfig config);

    /// <summary>
    /// Checks at creation what can be checked without the broker (an embedded stream must exist, a broker's name must be
    /// in the configuration, a secret must be there and have the right form).
    /// </summary>
    /// <exception cref="Errors.ServiceException">InvalidParameterValue or NotFound with AWS's text.</exception>
    ValueTask ValidateAsync(MappingConfig config, CancellationToken cancellation);

    /// <summary>Makes the source of a mapping; connects lazily, on the first call.</summary>
    ISource Connect(MappingConfig config);
}
