using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Gateway.Tests.Mappings;

/// <summary>A source of every kind but queues; what its name says is missing is not there.</summary>
internal sealed class AnySource : ISourceFactory
{
    public bool Handles(MappingConfig config) => config.EventSourceArn?.Contains(":sqs:") != true;

    public ValueTask ValidateAsync(MappingConfig config, CancellationToken cancellation)
        => config.EventSourceArn?.EndsWith("/missing") == true
            ? throw ServiceException.NotFound($"Stream not found: {config.EventSourceArn}")
            : ValueTask.CompletedTask;

    public ISource Connect(MappingConfig config) => throw new NotSupportedException();
}
