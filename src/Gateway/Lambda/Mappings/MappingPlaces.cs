using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>Asks those who read and write whether a mapping's source and destination can be used.</summary>
internal sealed class MappingPlaces(IEnumerable<ISourceFactory> sources, IEnumerable<IDestinationWriter> destinations)
{
    /// <summary>Checks the source.</summary>
    /// <exception cref="ServiceException">It cannot be read.</exception>
    public async ValueTask CheckSourceAsync(MappingConfig config, CancellationToken cancellation)
    {
        var factory = sources.FirstOrDefault(one => one.Handles(config)) ?? throw ServiceException.Invalid(
            $"This server cannot read the event source {config.EventSourceArn ?? "self-managed Kafka"} yet.");
        await factory.ValidateAsync(config, cancellation);
    }

    /// <summary>Checks the on-failure destination, where there is one.</summary>
    /// <exception cref="ServiceException">It cannot be written to.</exception>
    public async ValueTask CheckDestinationAsync(MappingConfig config, CancellationToken cancellation)
    {
        if (config.OnFailureDestination is not { } destination)
        {
            return;
        }

        var writer = destinations.FirstOrDefault(one => one.Handles(destination)) ?? throw ServiceException.Invalid(
            $"This server cannot write to the on-failure destination {destination} yet.");
        await writer.CheckAsync(config, cancellation);
    }
}
