using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Sources;
using Dispatcher.Contracts.Store;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Adapters.Embedded;

/// <summary>Sources of mappings whose EventSourceArn names an embedded stream.</summary>
internal sealed class StreamSourceFactory(IStreams streams, IStore store) : ISourceFactory
{
    private const string ResourcePrefix = "stream/";

    public bool Handles(MappingConfig config) => NameOf(config) is not null;

    public async ValueTask ValidateAsync(MappingConfig config, CancellationToken cancellation)
    {
        if (NameOf(config) is not { } name || await streams.FindAsync(name, cancellation) is null)
        {
            throw ServiceException.Invalid($"Stream not found: {config.EventSourceArn}");
        }
    }

    public ISource Connect(MappingConfig config)
        => new StreamSource(
            NameOf(config) ?? throw new ArgumentException($"{config.EventSourceArn} is not a stream", nameof(config)),
            streams,
            store.Logs);

    private static string? NameOf(MappingConfig config)
        => Arn.TryParse(config.EventSourceArn, out var arn) && arn.Service == "kinesis"
            && arn.Resource.StartsWith(ResourcePrefix, StringComparison.Ordinal)
            && arn.Resource.Length > ResourcePrefix.Length
                ? arn.Resource[ResourcePrefix.Length..]
                : null;
}
