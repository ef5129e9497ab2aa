using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Queues;
using Dispatcher.Contracts.Sources;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.EmbeddedQueues;

/// <summary>Sources of mappings whose EventSourceArn names a queue.</summary>
internal sealed class QueueSourceFactory(
    IQueues queues, IStore store, DispatcherConfig config, TimeProvider time, ILoggerFactory logs) : ISourceFactory
{
    private readonly Catalog _catalog = new(store);

    public bool Handles(MappingConfig mapping)
        => Arn.TryParse(mapping.EventSourceArn, out var arn) && arn.Service == "sqs" && !arn.Resource.Contains(':', StringComparison.Ordinal);

    public async ValueTask ValidateAsync(MappingConfig mapping, CancellationToken cancellation)
    {
        if (QueueNames.NameOf(config, mapping.EventSourceArn) is not { } name || await queues.FindAsync(name, cancellation) is not { } queue)
        {
            throw ServiceException.Invalid(
                "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. "
                + "SQS Error Message: The specified queue does not exist.");
        }

        if (await TimeoutAsync(mapping, cancellation) is { } timeout && timeout > queue.VisibilitySeconds)
        {
            throw ServiceException.Invalid(
                $"Queue visibility timeout: {queue.VisibilitySeconds} seconds is less than Function timeout: {timeout} seconds");
        }
    }

    public ISource Connect(MappingConfig mapping)
        => new QueueSource(
            QueueNames.NameOf(config, mapping.EventSourceArn) ?? mapping.EventSourceArn ?? "", queues, store.Queues, time, logs.CreateLogger<QueueSource>());

    /// <summary>Seconds that the function may run; null where there is no such function, which others tell.</summary>
    private async ValueTask<int?> TimeoutAsync(MappingConfig mapping, CancellationToken cancellation)
    {
        if (!FunctionRef.TryParse(mapping.FunctionArn, out var function, out _, out _))
        {
            return null;
        }

        if (function.IsAlias)
        {
            var alias = await _catalog.Aliases.FindAsync(AliasConfig.Key(function.Name, function.Qualifier!), cancellation);
            function = function with { Qualifier = alias?.Value.FunctionVersion };
        }

        return (await _catalog.Functions.FindAsync(function.Key, cancellation))?.Value.Timeout;
    }
}
