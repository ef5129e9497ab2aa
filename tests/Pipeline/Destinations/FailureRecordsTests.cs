using System.Text;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Queues;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;
using Dispatcher.Contracts.Store;
using Dispatcher.Pipeline.Destinations;
using Dispatcher.Pipeline.Payloads;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Pipeline.Tests.Destinations;

/// <summary>The on-failure records, word for word.</summary>
public sealed class FailureRecordsTests
{
    private static readonly Guid s_request = new("c9b8fa9f-5a7f-4a1e-af9c-0c604cde93a5");

    private static readonly MappingConfig s_mapping = new()
    {
        Uuid = "6d9bce8e-836b-442c-8070-74e77903c815",
        FunctionArn = "arn:aws:lambda:us-east-2:123456789012:function:myfunction",
    };

    private static readonly MappingConfig s_stream = s_mapping with { EventSourceArn = "arn:aws:kinesis:us-east-2:123456789012:stream/mystream" };

    private static readonly MappingConfig s_kafka = s_mapping with { KafkaBootstrapServers = ["b1:9092"], Topics = ["orders"] };

    private const string Request =
        """{"requestContext":{"requestId":"c9b8fa9f-5a7f-4a1e-af9c-0c604cde93a5","functionArn":"arn:aws:lambda:us-east-2:123456789012:function:myfunction",""";

    private const string Unhandled =
        "\"responseContext\":{\"statusCode\":200,\"executedVersion\":\"$LATEST\",\"functionError\":\"Unhandled\"},";

    [Fact]
    public void Of_StreamRetriesExhausted_IsAwsRecord()
    {
        var message = Assert.Single(FailureRecords.Of(Stream(GiveUpReason.RetryAttemptsExhausted), Records(500), DestinationForm.Batch));

        Assert.Equal(
            Request + "\"condition\":\"RetryAttemptsExhausted\",\"approximateInvokeCount\":2}," + Unhandled +
            "\"version\":\"1.0\",\"timestamp\":\"2019-11-14T00:38:06.021Z\",\"KinesisBatchInfo\":{\"shardId\":\"shardId-000000000001\"," +
            $"\"startSequenceNumber\":\"{SequenceNumber.Format(0)}\",\"endSequenceNumber\":\"{SequenceNumber.Format(499)}\"," +
            "\"approximateArrivalOfFirstRecord\":\"2019-11-14T00:38:04.835Z\",\"approximateArrivalOfLastRecord\":\"2019-11-14T00:38:05.334Z\"," +
            "\"batchSize\":500,\"streamArn\":\"arn:aws:kinesis:us-east-2:123456789012:stream/mystream\"}}",
            Text(message));
        Assert.Null(message.Key);
    }

    [Fact]
    public void Of_StreamRecordTooOld_HasNoResponseContext()
    {
        var text = Text(FailureRecords.Of(Stream(GiveUpReason.RecordAgeExceeded), Records(1), DestinationForm.Batch)[0]);

        Assert.Contains("\"condition\":\"RecordAgeExceeded\",\"approximateInvokeCount\":2},\"version\":\"1.0\"", text);
        Assert.DoesNotContain("responseContext", text);
    }

    [Fact]
    public void Of_PartialBatchFailure_HasNoFunctionError()
    {
        var batch = Stream(GiveUpReason.RetryAttemptsExhausted) with { LastFailure = new BatchFailure(s_request, "1 failed", null, "$LATEST") };

        Assert.Contains(
            "\"responseContext\":{\"statusCode\":200,\"executedVersion\":\"$LATEST\",\"functionError\":null}",
            Text(FailureRecords.Of(batch, Records(1), DestinationForm.Batch)[0]));
    }

    [Fact]
    public void Of_KafkaToAQueue_NamesOffsetsAndSize()
    {
        var message = Assert.Single(FailureRecords.Of(Kafka(GiveUpReason.RetryAttemptsExhausted), Records(3), DestinationForm.Batch));

        Assert.Equal(
            Request + "\"condition\":\"RetryAttemptsExhausted\",\"approximateInvokeCount\":2}," + Unhandled +
            "\"version\":\"1.0\",\"timestamp\":\"2019-11-14T00:38:06.021Z\",\"KafkaBatchInfo\":{\"batchSize\":3," +
            $"\"bootstrapServers\":\"b1:9092\",\"payloadSize\":{Event("orders-1", 3).Length}," +
            "\"recordsInfo\":{\"orders-1\":{\"firstRecordOffset\":\"0\",\"lastRecordOffset\":\"2\"," +
            "\"firstRecordTimestamp\":\"2019-11-14T00:38:04.835Z\",\"lastRecordTimestamp\":\"2019-11-14T00:38:04.837Z\"}}}}",
            Text(message));
    }

    [Fact]
    public void Of_KafkaTooLarge_HasANullResponseContext()
    {
        var text = Text(FailureRecords.Of(Kafka(GiveUpReason.MaximumPayloadSizeExceeded), Records(1), DestinationForm.Batch)[0]);

        Assert.Contains("\"condition\":\"MaximumPayloadSizeExceeded\",\"approximateInvokeCount\":2},\"responseContext\":null,\"version\"", text);
    }

    [Fact]
    public void Of_KafkaToATopic_IsOneMessageForEachRecordWithItsKeyAndTheRecord()
    {
        var messages = FailureRecords.Of(Kafka(GiveUpReason.RetryAttemptsExhausted), Records(2), DestinationForm.Record);

        Assert.Equal(2, messages.Count);
        Assert.Equal(["k0", "k1"], messages.Select(m => Encoding.UTF8.GetString(m.Key!.Value.Span)));
        Assert.Equal(
            Request + "\"condition\":\"RetriesExhausted\",\"approximateInvokeCount\":2}," + Unhandled +
            "\"version\":\"1.0\",\"timestamp\":\"2019-11-14T00:38:06.021Z\",\"KafkaBatchInfo\":{\"batchSize\":1," +
            $"\"bootstrapServers\":\"b1:9092\",\"payloadSize\":{Event("orders-1", 1).Length}," +
            "\"recordInfo\":{\"offset\":\"0\",\"timestamp\":\"2019-11-14T00:38:04.835Z\"}}," +
            $"\"payload\":{Event("orders-1", 1)}}}",
            Text(messages[0]));
    }

    [Fact]
    public void Of_KafkaToATopic_HasABriefFormThatSaysWhereTheRecordIs()
    {
        var brief = FailureRecords.Of(Kafka(GiveUpReason.RetryAttemptsExhausted), Records(2), DestinationForm.Record)[1].Brief;

        var text = Encoding.UTF8.GetString(brief!.Value.Span);
        Assert.Contains("\"condition\":\"RetriesExhausted\"", text);
        Assert.Contains("\"recordsInfo\":{\"orders-1\":{\"firstRecordOffset\":\"1\",\"lastRecordOffset\":\"1\"", text);
        Assert.DoesNotContain("\"payload\":", text);
    }

    [Fact]
    public void Of_KafkaNullKey_KeepsNoKey()
    {
        Record[] records = [new(7, default, "v"u8.ToArray(), 1, RecordFlags.NullKey)];

        Assert.Null(Assert.Single(FailureRecords.Of(Kafka(GiveUpReason.RecordAgeExceeded), records, DestinationForm.Record)).Key);
    }

    [Fact]
    public void Of_KafkaTooLargeToATopic_SaysWhereTheRecordIsAndDoesNotCarryIt()
    {
        var text = Text(FailureRecords.Of(Kafka(GiveUpReason.MaximumPayloadSizeExceeded), Records(1), DestinationForm.Record)[0]);

        Assert.Contains("\"recordInfo\":{\"offset\":\"0\"", text);
        Assert.Contains("\"recordsInfo\":{\"orders-1\":{\"firstRecordOffset\":\"0\"", text);
        Assert.DoesNotContain("\"payload\":", text);
    }

    [Fact]
    public void Of_RabbitMq_CarriesEveryMessageBecauseTheBrokerForgetsIt()
    {
        var mapping = s_mapping with { EventSourceArn = "arn:aws:mq:us-east-2:123456789012:broker:shop:b-1", Queues = ["orders"] };
        var batch = new FailedBatch(
            mapping, SourceKind.RabbitMq, new RabbitMqPayload(mapping.EventSourceArn, "orders", "/"), "orders#0", GiveUpReason.RetryAttemptsExhausted)
        {
            RequestId = s_request, Invocations = 2, NowMs = 1573691886021, LastFailure = new BatchFailure(s_request, "boom", "Unhandled", "$LATEST"),
        };

        var messages = FailureRecords.Of(batch, Records(2), DestinationForm.Batch);

        Assert.Equal(2, messages.Count);
        var payload = Event(batch.Shape, Records(2).AsSpan(1));
        Assert.Contains($"\"data\":\"{Convert.ToBase64String("v1"u8)}\"", payload);
        Assert.Equal(
            Request + "\"condition\":\"RetryAttemptsExhausted\",\"approximateInvokeCount\":2}," + Unhandled +
            "\"version\":\"1.0\",\"timestamp\":\"2019-11-14T00:38:06.021Z\"," +
            "\"RabbitMqBatchInfo\":{\"batchSize\":1,\"eventSourceArn\":\"arn:aws:mq:us-east-2:123456789012:broker:shop:b-1\",\"queue\":\"orders\"," +
            $"\"virtualHost\":\"/\",\"payloadSize\":{payload.Length}}},\"payload\":{payload}}}",
            Text(messages[1]));
    }

    [Fact]
    public void Of_Queue_CarriesEveryMessageAsTheFunctionGotIt()
    {
        var mapping = s_mapping with { EventSourceArn = "arn:aws:sqs:us-east-2:123456789012:orders" };
        var batch = Batch(
            mapping, SourceKind.Queue, new QueuePayload(mapping.EventSourceArn, new PayloadContext("us-east-2", "123456789012", "orders")), "orders",
            GiveUpReason.RetryAttemptsExhausted);
        Record[] records = [Message(0), Message(1)];

        var messages = FailureRecords.Of(batch, records, DestinationForm.Batch);

        Assert.Equal(2, messages.Count);
        var payload = Event(batch.Shape, records.AsSpan(1));
        Assert.Equal(
            """{"Records":[{"messageId":"00000000-0000-0000-0000-000000000001","receiptHandle":"handle1","body":"v1","attributes":{"ApproximateReceiveCount":"2","SentTimestamp":"1573691884835","SenderId":"123456789012","ApproximateFirstReceiveTimestamp":"1573691884840"},"messageAttributes":{},"md5OfBody":"5d","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-2:123456789012:orders","awsRegion":"us-east-2"}]}""",
            payload);
        Assert.Equal(
            Request + "\"condition\":\"RetryAttemptsExhausted\",\"approximateInvokeCount\":2}," + Unhandled +
            "\"version\":\"1.0\",\"timestamp\":\"2019-11-14T00:38:06.021Z\"," +
            "\"SqsBatchInfo\":{\"batchSize\":1,\"eventSourceArn\":\"arn:aws:sqs:us-east-2:123456789012:orders\"," +
            $"\"payloadSize\":{payload.Length}}},\"payload\":{payload}}}",
            Text(messages[1]));
        Assert.Null(messages[1].Key);
    }

    private static Record Message(int number)
    {
        var body = Encoding.UTF8.GetBytes($"v{number}");
        var message = new QueueMessage(new Guid(number, 0, 0, new byte[8]), default!, body, default)
        {
            SentMs = 1573691884835, Receives = 2, FirstReceiveMs = 1573691884840,
        };
        var detail = new QueueDetail(new QueueReceived(message, new QueueContent { BodyMd5 = "5d" }), $"handle{number}")
        {
            MessageId = $"00000000-0000-0000-0000-00000000000{number}",
        };
        return new Record(number, default, body, message.SentMs, Detail: detail);
    }

    private static FailedBatch Stream(GiveUpReason reason) => Batch(
        s_stream, SourceKind.Stream, new StreamPayload(s_stream.EventSourceArn!, new PayloadContext("us-east-2", "123456789012", "shardId-000000000001")), "shardId-000000000001", reason);

    private static FailedBatch Kafka(GiveUpReason reason) => Batch(s_kafka, SourceKind.Kafka, KafkaShape("orders-1"), "orders-1", reason);

    private static FailedBatch Batch(MappingConfig mapping, SourceKind kind, IPayloadShape shape, string shard, GiveUpReason reason)
        => new(mapping, kind, shape, shard, reason)
        {
            RequestId = s_request,
            Invocations = 2,
            BootstrapServers = kind == SourceKind.Kafka ? "b1:9092" : "",
            LastFailure = new BatchFailure(s_request, "boom", "Unhandled", "$LATEST"),
            NowMs = 1573691886021,
        };

    private static KafkaPayload KafkaShape(string shard) => new(null, "orders", new PayloadContext("us-east-2", "123456789012", shard, "b1:9092"));

    private static string Event(string shard, int records) => Event(KafkaShape(shard), Records(records));

    private static string Event(IPayloadShape shape, ReadOnlySpan<Record> records)
    {
        using var buffer = new PayloadBuffer(64 * 1024);
        shape.Begin(buffer);
        foreach (ref readonly var record in records)
        {
            buffer.Ensure(shape.Bound(record));
            shape.Append(buffer, record);
        }

        shape.End(buffer);
        return Encoding.UTF8.GetString(buffer.Written.Span);
    }

    private static Record[] Records(int count)
        => [.. Enumerable.Range(0, count).Select(i => new Record(i, Encoding.UTF8.GetBytes($"k{i}"), Encoding.UTF8.GetBytes($"v{i}"), 1573691884835 + i))];

    private static string Text(DestinationMessage message) => Encoding.UTF8.GetString(message.Body.Span);
}
