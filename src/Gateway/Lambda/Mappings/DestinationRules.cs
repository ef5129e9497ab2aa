using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>DestinationConfig: where failed batches go. An event source mapping has no destination for success.</summary>
internal static class DestinationRules
{
    private const string Topic = "kafka://";

    /// <summary>The destination after the request: the present one where it says nothing, null where it takes it away.</summary>
    public static string? Read(MappingInput input, MappingConfig config, SourceKind kind)
    {
        if (!input.Has("DestinationConfig"))
        {
            return config.OnFailureDestination;
        }

        var given = input.Structure("DestinationConfig");
        if (given.Structure("OnSuccess").Text("Destination") is { Length: > 0 })
        {
            throw ServiceException.Invalid("DestinationConfig.OnSuccess is not supported for event source mappings.");
        }

        var destination = given.Structure("OnFailure").Text("Destination");
        if (string.IsNullOrEmpty(destination))
        {
            return null;
        }

        Check(destination, config, kind);
        return destination;
    }

    private static void Check(string destination, MappingConfig config, SourceKind kind)
    {
        if (destination.StartsWith(Topic, StringComparison.Ordinal))
        {
            CheckTopic(destination[Topic.Length..], config, kind);
        }
        else if (!Arn.TryParse(destination, out var arn) || !IsKnown(arn))
        {
            throw ServiceException.Invalid(
                $"Unsupported on-failure destination {destination}: it must be the ARN of an SQS queue, a Lambda function or "
                + "an MQ broker, or kafka://topic for a Kafka event source. SNS and S3 are not supported here.");
        }
    }

    private static bool IsKnown(Arn arn) => arn.Service switch
    {
        "sqs" => !arn.Resource.Contains(':', StringComparison.Ordinal),
        "lambda" => FunctionRef.TryParse(arn.ToString(), out _, out _, out _),
        "mq" => arn.Resource.StartsWith("broker:", StringComparison.Ordinal),
        _ => false,
    };

    private static void CheckTopic(string topic, MappingConfig config, SourceKind kind)
    {
        if (kind != SourceKind.Kafka)
        {
            throw ServiceException.Invalid("A kafka:// destination is only valid for Kafka event sources.");
        }

        if (config.Topics?.Contains(topic) == true)
        {
            throw ServiceException.Invalid("The destination topic cannot be the topic of the event source.");
        }
    }
}
