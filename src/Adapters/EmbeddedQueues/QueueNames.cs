using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Adapters.EmbeddedQueues;

/// <summary>ARNs of queues here.</summary>
internal static class QueueNames
{
    /// <summary>The name of a queue of this region and account by its ARN; null for anything else.</summary>
    public static string? NameOf(DispatcherConfig config, string? text)
        => Arn.TryParse(text, out var arn) && arn.Service == "sqs" && arn.Region == config.Region && arn.Account == config.Account
            && !arn.Resource.Contains(':', StringComparison.Ordinal)
                ? arn.Resource
                : null;

    /// <summary>The ARN of a queue.</summary>
    public static string ArnOf(DispatcherConfig config, string name) => $"arn:aws:sqs:{config.Region}:{config.Account}:{name}";
}
