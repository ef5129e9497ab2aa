using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;
using Dispatcher.Pipeline.Payloads;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Pipeline.Destinations;

/// <summary>AWS's on-failure record: requestContext, responseContext, what the batch was and, where asked for, the event.</summary>
internal static class FailureJson
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The record in UTF-8.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="records">Its records, one at least.</param>
    /// <param name="single">Whether this is about one record alone.</param>
    /// <param name="carry">Whether a single record is carried, if any event can hold it; else it is only said where it is.</param>
    public static ReadOnlyMemory<byte> Write(FailedBatch batch, ReadOnlySpan<Record> records, bool single, bool carry = true)
    {
        var carried = single && carry && !TooLargeToCarry(batch);
        using var payload = Payload(batch.Shape, records);
        var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, Plain))
        {
            writer.WriteStartObject();
            WriteRequest(writer, batch, single);
            WriteResponse(writer, batch);
            writer.WriteString("version", "1.0");
            writer.WriteString("timestamp", Time(batch.NowMs));
            BatchInfo.Write(writer, batch, records, payload.Length, single, carried);
            if (carried)
            {
                writer.WritePropertyName("payload");
                writer.WriteRawValue(payload.Written.Span, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return json.GetBuffer().AsMemory(0, (int)json.Length);
    }

    /// <summary>AWS's form of a time: UTC with milliseconds.</summary>
    public static string Time(long milliseconds)
        => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, -62_135_596_800_000, 253_402_300_799_999))
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static void WriteRequest(Utf8JsonWriter writer, FailedBatch batch, bool single)
    {
        writer.WriteStartObject("requestContext");
        writer.WriteString("requestId", batch.RequestId);
        writer.WriteString("functionArn", batch.Config.FunctionArn);
        writer.WriteString("condition", Condition(batch, single));
        writer.WriteNumber("approximateInvokeCount", batch.Invocations);
        writer.WriteEndObject();
    }

    /// <summary>What no event can hold no message can either; where the source keeps it, the message says where.</summary>
    private static bool TooLargeToCarry(FailedBatch batch)
        => batch.Reason == GiveUpReason.MaximumPayloadSizeExceeded && batch.SourceKeepsRecords;

    /// <summary>kafka:// has a word of its own for exhausted retries.</summary>
    private static string Condition(FailedBatch batch, bool single) => batch.Reason switch
    {
        GiveUpReason.RetryAttemptsExhausted when single && batch.Kind == SourceKind.Kafka => "RetriesExhausted",
        GiveUpReason.RetryAttemptsExhausted => "RetryAttemptsExhausted",
        GiveUpReason.RecordAgeExceeded => "RecordAgeExceeded",
        GiveUpReason.MaximumPayloadSizeExceeded => "MaximumPayloadSizeExceeded",
        _ => throw new InvalidOperationException($"unknown reason {batch.Reason}"),
    };

    private static void WriteResponse(Utf8JsonWriter writer, FailedBatch batch)
    {
        switch (batch.Reason)
        {
            case GiveUpReason.RecordAgeExceeded:
                break;
            case GiveUpReason.MaximumPayloadSizeExceeded:
                writer.WriteNull("responseContext");
                break;
            default:
                writer.WriteStartObject("responseContext");
                writer.WriteNumber("statusCode", 200);
                writer.WriteString("executedVersion", batch.LastFailure is { ExecutedVersion.Length: > 0 } known ? known.ExecutedVersion : "$LATEST");
                writer.WriteString("functionError", batch.LastFailure?.FunctionError);
                writer.WriteEndObject();
                break;
        }
    }

    private static PayloadBuffer Payload(IPayloadShape shape, ReadOnlySpan<Record> records)
    {
        var buffer = new PayloadBuffer(16 * 1024);
        buffer.Ensure(shape.EnvelopeBytes);
        shape.Begin(buffer);
        foreach (ref readonly var record in records)
        {
            buffer.Ensure(shape.Bound(record));
            shape.Append(buffer, record);
        }

        shape.End(buffer);
        return buffer;
    }
}
