using System.Globalization;
using System.Text.Json;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Pipeline.Destinations;

/// <summary>The part of an on-failure record that says which records failed; each kind of source has its own.</summary>
internal static class BatchInfo
{
    private const string VirtualHost = "VIRTUAL_HOST";

    /// <summary>Writes the member.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="records">Its records, one at least.</param>
    /// <param name="payloadBytes">Bytes of the event.</param>
    /// <param name="single">Whether it stands for one record alone.</param>
    /// <param name="carried">Whether that record is carried: the event then says its partition.</param>
    public static void Write(
        Utf8JsonWriter writer, FailedBatch batch, ReadOnlySpan<Record> records, int payloadBytes, bool single, bool carried)
    {
        switch (batch.Kind)
        {
            case SourceKind.Stream:
                Stream(writer, batch, records);
                break;
            case SourceKind.Kafka:
                Kafka(writer, batch, records, payloadBytes, single, carried);
                break;
            case SourceKind.RabbitMq:
                RabbitMq(writer, batch, records, payloadBytes);
                break;
            case SourceKind.Queue:
                Queue(writer, batch, records, payloadBytes);
                break;
            default:
                throw new InvalidOperationException($"no on-failure record for {batch.Kind}");
        }
    }

    private static void Stream(Utf8JsonWriter writer, FailedBatch batch, ReadOnlySpan<Record> records)
    {
        writer.WriteStartObject("KinesisBatchInfo");
        writer.WriteString("shardId", batch.Shard);
        writer.WriteString("startSequenceNumber", SequenceNumber.Format(records[0].Position));
        writer.WriteString("endSequenceNumber", SequenceNumber.Format(records[^1].Position));
        writer.WriteString("approximateArrivalOfFirstRecord", FailureJson.Time(records[0].TimestampMs));
        writer.WriteString("approximateArrivalOfLastRecord", FailureJson.Time(records[^1].TimestampMs));
        writer.WriteNumber("batchSize", records.Length);
        writer.WriteString("streamArn", batch.Config.EventSourceArn);
        writer.WriteEndObject();
    }

    private static void Kafka(
        Utf8JsonWriter writer, FailedBatch batch, ReadOnlySpan<Record> records, int payloadBytes, bool single, bool carried)
    {
        writer.WriteStartObject("KafkaBatchInfo");
        writer.WriteNumber("batchSize", records.Length);
        if (batch.Config.EventSourceArn is { } arn)
        {
            writer.WriteString("eventSourceArn", arn);
        }

        writer.WriteString("bootstrapServers", batch.BootstrapServers);
        writer.WriteNumber("payloadSize", payloadBytes);
        if (single)
        {
            writer.WriteStartObject("recordInfo");
            writer.WriteString("offset", Text(records[0].Position));
            writer.WriteString("timestamp", FailureJson.Time(records[0].TimestampMs));
            writer.WriteEndObject();
        }

        if (!carried)
        {
            Offsets(writer, batch.Shard, records);
        }

        writer.WriteEndObject();
    }

    private static void Offsets(Utf8JsonWriter writer, string shard, ReadOnlySpan<Record> records)
    {
        writer.WriteStartObject("recordsInfo");
        writer.WriteStartObject(shard);
        writer.WriteString("firstRecordOffset", Text(records[0].Position));
        writer.WriteString("lastRecordOffset", Text(records[^1].Position));
        writer.WriteString("firstRecordTimestamp", FailureJson.Time(records[0].TimestampMs));
        writer.WriteString("lastRecordTimestamp", FailureJson.Time(records[^1].TimestampMs));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void RabbitMq(Utf8JsonWriter writer, FailedBatch batch, ReadOnlySpan<Record> records, int payloadBytes)
    {
        writer.WriteStartObject("RabbitMqBatchInfo");
        writer.WriteNumber("batchSize", records.Length);
        writer.WriteString("eventSourceArn", batch.Config.EventSourceArn);
        writer.WriteString("queue", batch.Config.Queues is [var queue, ..] ? queue : "");
        writer.WriteString("virtualHost", Host(batch.Config));
        writer.WriteNumber("payloadSize", payloadBytes);
        writer.WriteEndObject();
    }

    private static void Queue(Utf8JsonWriter writer, FailedBatch batch, ReadOnlySpan<Record> records, int payloadBytes)
    {
        writer.WriteStartObject("SqsBatchInfo");
        writer.WriteNumber("batchSize", records.Length);
        writer.WriteString("eventSourceArn", batch.Config.EventSourceArn);
        writer.WriteNumber("payloadSize", payloadBytes);
        writer.WriteEndObject();
    }

    private static string Host(MappingConfig config)
    {
        foreach (var access in config.SourceAccess)
        {
            if (access.Type == VirtualHost)
            {
                return access.Uri;
            }
        }

        return "/";
    }

    private static string Text(long offset) => offset.ToString(CultureInfo.InvariantCulture);
}
