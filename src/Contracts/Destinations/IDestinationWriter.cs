using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Contracts.Destinations;

/// <summary>
/// Port of one kind of on-failure destination. Several mappings and shards use it at a time. What was handed over may come
/// twice: after a crash, and where the answer to a delivery was lost.
/// </summary>
public interface IDestinationWriter
{
    /// <summary>Whether destinations of this form are written to here.</summary>
    bool Handles(string destination);

    /// <summary>The form of the messages that it takes.</summary>
    DestinationForm Form { get; }

    /// <summary>Checks the mapping's destination at creation, as far as it can be told without a broker.</summary>
    /// <exception cref="ServiceException">InvalidParameterValue: the destination does not exist or cannot be reached from the mapping.</exception>
    ValueTask CheckAsync(MappingConfig mapping, CancellationToken cancellation);

    /// <summary>
    /// Hands messages to the mapping's destination and returns when all of them are safe there. Ends by itself, one way or the
    /// other, within a minute (a function: within its timeout).
    /// </summary>
    /// <exception cref="Exception">Any one: not all are safe there, or nobody knows; the call is repeated with the same messages.</exception>
    ValueTask DeliverAsync(MappingConfig mapping, IReadOnlyList<DestinationMessage> messages, CancellationToken cancellation);
}
