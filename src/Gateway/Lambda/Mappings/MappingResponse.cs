using System.Text.Json.Nodes;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>
/// A mapping as the API shows it. AWS shows each source only the members that it knows there; what AWS does not offer for
/// a source and Dispatcher does is shown once it differs from its default.
/// </summary>
internal static class MappingResponse
{
    /// <summary>The EventSourceMappingConfiguration of the API model.</summary>
    /// <param name="config">The mapping.</param>
    /// <param name="region">Region of its ARN.</param>
    /// <param name="account">Account of its ARN.</param>
    /// <param name="listed">True in a list, where filters that a key protects are not shown.</param>
    public static JsonObject Write(MappingConfig config, string region, string account, bool listed = false)
    {
        var kind = MappingSource.KindOf(config);
        var shown = new JsonObject { ["UUID"] = config.Uuid };
        WriteSource(shown, config);
        WriteBatching(shown, config, kind);
        WriteFailure(shown, config, kind);
        WriteOptions(shown, config, listed);
        shown["FunctionArn"] = config.FunctionArn;
        shown["LastModified"] = Seconds(config.LastModifiedMs);
        Put(shown, "LastProcessingResult", config.LastProcessingResult);
        shown["State"] = config.State.ToString();
        shown["StateTransitionReason"] = config.StateReason;
        shown["EventSourceMappingArn"] = ArnOf(config.Uuid, region, account);
        return shown;
    }

    /// <summary>The mapping's own ARN, by which it is tagged.</summary>
    public static string ArnOf(string uuid, string region, string account)
        => new Arn("aws", "lambda", region, account, $"event-source-mapping:{uuid}").ToString();

    private static void WriteSource(JsonObject shown, MappingConfig config)
    {
        Put(shown, "EventSourceArn", config.EventSourceArn);
        Put(shown, "StartingPosition", config.StartingPosition);
        Put(shown, "StartingPositionTimestamp", config.StartingPositionTimestampMs is { } at ? Seconds(at) : null);
        Put(shown, "Topics", List(config.Topics));
        Put(shown, "Queues", List(config.Queues));
        if (config.KafkaBootstrapServers is { } servers)
        {
            shown["SelfManagedEventSource"] =
                new JsonObject { ["Endpoints"] = new JsonObject { ["KAFKA_BOOTSTRAP_SERVERS"] = List(servers) } };
        }

        if (config.ConsumerGroupId is { } group)
        {
            var name = config.EventSourceArn is null ? "SelfManagedKafkaEventSourceConfig" : "AmazonManagedKafkaEventSourceConfig";
            shown[name] = new JsonObject { ["ConsumerGroupId"] = group };
        }

        if (config.SourceAccess.Count > 0)
        {
            shown["SourceAccessConfigurations"] =
                new JsonArray([.. config.SourceAccess.Select(one => new JsonObject { ["Type"] = one.Type, ["URI"] = one.Uri })]);
        }
    }

    private static void WriteBatching(JsonObject shown, MappingConfig config, SourceKind kind)
    {
        var stream = kind == SourceKind.Stream;
        shown["BatchSize"] = config.BatchSize;

        // The 500 ms of Kafka and RabbitMQ have no whole number of seconds; AWS shows nothing until a window was set.
        if (stream || kind == SourceKind.Queue || config.BatchingWindowSet)
        {
            shown["MaximumBatchingWindowInSeconds"] = config.BatchingWindowMs / 1000;
        }

        PutIf(stream || config.ParallelizationFactor != 1, shown, "ParallelizationFactor", config.ParallelizationFactor);
        PutIf(stream || config.TumblingWindowSeconds != 0, shown, "TumblingWindowInSeconds", config.TumblingWindowSeconds);
        PutIf(
            stream || kind == SourceKind.Queue || config.ReportBatchItemFailures,
            shown,
            "FunctionResponseTypes",
            config.ReportBatchItemFailures ? new JsonArray("ReportBatchItemFailures") : []);
    }

    private static void WriteFailure(JsonObject shown, MappingConfig config, SourceKind kind)
    {
        var stream = kind == SourceKind.Stream;
        PutIf(stream || config.MaximumRetryAttempts != -1, shown, "MaximumRetryAttempts", config.MaximumRetryAttempts);
        PutIf(stream || config.MaximumRecordAgeSeconds != -1, shown, "MaximumRecordAgeInSeconds", config.MaximumRecordAgeSeconds);
        PutIf(stream || config.BisectBatchOnFunctionError, shown, "BisectBatchOnFunctionError", config.BisectBatchOnFunctionError);
        if (stream || kind == SourceKind.Kafka || config.OnFailureDestination is not null)
        {
            var target = new JsonObject();
            Put(target, "Destination", config.OnFailureDestination);
            shown["DestinationConfig"] = new JsonObject { ["OnFailure"] = target };
        }
    }

    private static void WriteOptions(JsonObject shown, MappingConfig config, bool listed)
    {
        if (config.FilterPatterns.Count > 0 && !(listed && config.KmsKeyArn is not null))
        {
            var filters = config.FilterPatterns.Select(one => new JsonObject { ["Pattern"] = one });
            shown["FilterCriteria"] = new JsonObject { ["Filters"] = new JsonArray([.. filters]) };
        }

        Put(shown, "KMSKeyArn", config.KmsKeyArn);
        PutIf(config.MaximumConcurrency is not null, shown, "ScalingConfig", Wrap("MaximumConcurrency", config.MaximumConcurrency));
        PutIf(config.Metrics is not null, shown, "MetricsConfig", Wrap("Metrics", List(config.Metrics)));
        PutIf(config.SystemLogLevel is not null, shown, "LoggingConfig", Wrap("SystemLogLevel", config.SystemLogLevel));
        if (config.ProvisionedPollers is { } pollers)
        {
            var given = new JsonObject();
            Put(given, "MinimumPollers", pollers.Minimum);
            Put(given, "MaximumPollers", pollers.Maximum);
            Put(given, "PollerGroupName", pollers.GroupName);
            shown["ProvisionedPollerConfig"] = given;
        }
    }

    private static double Seconds(long milliseconds) => milliseconds / 1000.0;

    private static JsonObject Wrap(string name, JsonNode? value) => new() { [name] = value };

    private static JsonArray? List(IReadOnlyList<string>? values)
        => values is null ? null : new JsonArray([.. values.Select(one => JsonValue.Create(one))]);

    private static void Put(JsonObject shown, string name, JsonNode? value) => PutIf(value is not null, shown, name, value);

    private static void PutIf(bool condition, JsonObject shown, string name, JsonNode? value)
    {
        if (condition)
        {
            shown[name] = value;
        }
    }
}
