using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Gateway.Tests.Mappings;

/// <summary>A destination of every kind but brokers; what its name says is missing is not there.</summary>
internal sealed class AnyDestination : IDestinationWriter
{
    public DestinationForm Form => DestinationForm.Batch;

    public bool Handles(string destination) => !destination.Contains(":mq:");

    public ValueTask CheckAsync(MappingConfig mapping, CancellationToken cancellation)
        => mapping.OnFailureDestination!.EndsWith(":missing")
            ? throw ServiceException.Invalid($"The on-failure destination {mapping.OnFailureDestination} does not exist in this server.")
            : ValueTask.CompletedTask;

    public ValueTask DeliverAsync(MappingConfig mapping, IReadOnlyList<DestinationMessage> messages, CancellationToken cancellation)
        => throw new NotSupportedException();
}
