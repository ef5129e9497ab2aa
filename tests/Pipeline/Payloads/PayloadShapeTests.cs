using System.Text;
using System.Text.Json;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Records;
using Dispatcher.Pipeline.Payloads;

namespace Dispatcher.Pipeline.Tests.Payloads;

public sealed class PayloadShapeTests
{
    private static readonly PayloadContext Stream = new("us-west-2", "123456789012", "shardId-000000000006");

    [Fact]
    public void Stream_TwoRecords_IsTheKinesisEvent()
    {
        const string arn = "arn:aws:kinesis:us-west-2:123456789012:stream/s";
        var json = Write(
            new StreamPayload(arn, Stream),
            new Record(7, "p\"1\u00e9\n"u8.ToArray(), "Hello"u8.ToArray(), 1545084650987),
            new Record(8, "p2"u8.ToArray(), Array.Empty<byte>(), 1545084650007));

        var first = json.GetProperty("Records")[0];
        Assert.Equal("1.0", first.GetProperty("kinesis").GetProperty("kinesisSchemaVersion").GetString());
        Assert.Equal("p\"1\u00e9\n", first.GetProperty("kinesis").GetProperty("partitionKey").GetString());
        Assert.Equal(SequenceNumber.Format(7), first.GetProperty("kinesis").GetProperty("sequenceNumber").GetString());
        Assert.Equal("SGVsbG8=", first.GetProperty("kinesis").GetProperty("data").GetString());
        Assert.Equal("1545084650.987", first.GetProperty("kinesis").GetProperty("approximateArrivalTimestamp").GetRawText());
        Assert.Equal("aws:kinesis", first.GetProperty("eventSource").GetString());
        Assert.Equal("1.0", first.GetProperty("eventVersion").GetString());
        Assert.Equal("shardId-000000000006:" + SequenceNumber.Format(7), first.GetProperty("eventID").GetString());
        Assert.Equal("aws:kinesis:record", first.GetProperty("eventName").GetString());
        Assert.Equal("arn:aws:iam::123456789012:role/dispatcher", first.GetProperty("invokeIdentityArn").GetString());
        Assert.Equal("us-west-2", first.GetProperty("awsRegion").GetString());
        Assert.Equal(arn, first.GetProperty("eventSourceARN").GetString());
        Assert.Equal(8, first.EnumerateObject().Count());
        Assert.Equal("1545084650.007", json.GetProperty("Records")[1].GetProperty("kinesis").GetProperty("approximateArrivalTimestamp").GetRawText());
    }

    [Fact]
    public void Stream_RoleChanges_IsNamedFromTheNextRecordOnAndNeedsNoMoreRoomBeforehand()
    {
        var shape = new StreamPayload("arn:aws:kinesis:us-west-2:123456789012:stream/s", Stream);
        var record = new Record(7, "k"u8.ToArray(), "Hello"u8.ToArray(), 1545084650987);
        var role = "arn:aws:iam::123456789012:role/" + new string('r', 5_000);
        using var buffer = new PayloadBuffer(shape.EnvelopeBytes + (2 * shape.Bound(record)));
        shape.Begin(buffer);
        shape.Append(buffer, record);
        shape.Identity.Set(role);
        shape.Append(buffer, record);
        shape.End(buffer);

        var records = JsonDocument.Parse(buffer.Written).RootElement.GetProperty("Records");
        Assert.Equal(
            ["arn:aws:iam::123456789012:role/dispatcher", role],
            records.EnumerateArray().Select(one => one.GetProperty("invokeIdentityArn").GetString()));
    }

    [Fact]
    public void Kafka_SelfManaged_IsTheKafkaEvent()
    {
        var shape = new KafkaPayload(null, "my-topic", new PayloadContext("r", "a", "my-topic-3", "b1:9092,b2:9092"));
        var json = Write(
            shape,
            new Record(15, "key"u8.ToArray(), "value"u8.ToArray(), 1545084650987, Detail: new KafkaDetail([new RecordHeader("h", [0x68, 0xff]), new RecordHeader("empty", null)])),
            new Record(16, default, default, -1, RecordFlags.NullKey | RecordFlags.NullData | RecordFlags.LogAppendTime));

        Assert.Equal("SelfManagedKafka", json.GetProperty("eventSource").GetString());
        Assert.False(json.TryGetProperty("eventSourceArn", out _));
        Assert.Equal("b1:9092,b2:9092", json.GetProperty("bootstrapServers").GetString());
        var records = json.GetProperty("records").GetProperty("my-topic-3");
        Assert.Equal(
            """{"topic":"my-topic","partition":3,"offset":15,"timestamp":1545084650987,"timestampType":"CREATE_TIME","key":"a2V5","value":"dmFsdWU=","headers":[{"h":[104,-1]},{"empty":[]}]}""",
            records[0].GetRawText());
        Assert.Equal(
            """{"topic":"my-topic","partition":3,"offset":16,"timestamp":-1,"timestampType":"LOG_APPEND_TIME","headers":[]}""",
            records[1].GetRawText());
    }

    [Fact]
    public void Kafka_Msk_ShowsTheClusterArn()
    {
        var shape = new KafkaPayload("arn:aws:kafka:r:a:cluster/c/1", "t", new PayloadContext("r", "a", "t-0", "b:1"));
        var json = Write(shape, new Record(1, default, default, 1));
        Assert.Equal("aws:kafka", json.GetProperty("eventSource").GetString());
        Assert.Equal("arn:aws:kafka:r:a:cluster/c/1", json.GetProperty("eventSourceArn").GetString());
    }

    [Fact]
    public void RabbitMq_WithProperties_IsTheMqEvent()
    {
        var shape = new RabbitMqPayload("arn:aws:mq:r:a:broker:b:1", "pizzaQueue", "/");
        var detail = new AmqpDetail
        {
            ContentType = "text/plain",
            DeliveryMode = 1,
            Priority = 34,
            Expiration = "60000",
            TimestampSeconds = 2021,
            UserId = "AIDA",
            Headers = new Dictionary<string, object?> { ["header1"] = "v1", ["n"] = 10, ["raw"] = new byte[] { 255 }, ["t"] = new List<object?> { true, null, 1.5 } },
        };
        var json = Write(shape, new Record(1, default, "hi"u8.ToArray(), 5, RecordFlags.Redelivered, detail), new Record(2, default, "ho"u8.ToArray(), 5));

        Assert.Equal("aws:rmq", json.GetProperty("eventSource").GetString());
        var messages = json.GetProperty("rmqMessagesByQueue").GetProperty("pizzaQueue::/");
        Assert.Equal(
            """{"contentType":"text/plain","contentEncoding":null,"headers":{"header1":{"bytes":[118,49]},"n":10,"raw":{"bytes":[-1]},"t":[true,null,1.5]},"deliveryMode":1,"priority":34,"correlationId":null,"replyTo":null,"expiration":"60000","messageId":null,"timestamp":"Jan 1, 1970, 12:33:41 AM","type":null,"userId":"AIDA","appId":null,"clusterId":null,"bodySize":2}""",
            messages[0].GetProperty("basicProperties").GetRawText());
        Assert.True(messages[0].GetProperty("redelivered").GetBoolean());
        Assert.Equal("aGk=", messages[0].GetProperty("data").GetString());
        Assert.False(messages[1].GetProperty("redelivered").GetBoolean());
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Bound_RandomRecords_IsNeverTooLow(int seed)
    {
        var random = new Random(seed);
        IPayloadShape[] shapes =
        [
            new StreamPayload("arn:aws:kinesis:us-west-2:123456789012:stream/s", Stream),
            new KafkaPayload(null, "t", new PayloadContext("r", "a", "t-0", "b:1")),
            new RabbitMqPayload("arn:aws:mq:r:a:broker:b:1", "q", "/"),
        ];
        for (var i = 0; i < 2_000; i++)
        {
            var shape = shapes[i % shapes.Length];
            var record = Any(random, i % shapes.Length);
            using var buffer = new PayloadBuffer(1);
            buffer.Ensure(shape.EnvelopeBytes);
            shape.Begin(buffer);
            var before = buffer.Length;
            buffer.Ensure(shape.Bound(record));
            shape.Append(buffer, record);
            Assert.True(buffer.Length - before <= shape.Bound(record), $"{buffer.Length - before} > {shape.Bound(record)}");
            shape.End(buffer);
            Assert.True(buffer.Length - (long)shape.Bound(record) <= shape.EnvelopeBytes);
            JsonDocument.Parse(buffer.Written);
        }
    }

    private static Record Any(Random random, int kind)
    {
        var key = new byte[random.Next(40)];
        var data = new byte[random.Next(300)];
        random.NextBytes(key);
        random.NextBytes(data);
        RecordDetail? detail = (kind, random.Next(2)) switch
        {
            (1, 0) => new KafkaDetail([new RecordHeader(Encoding.UTF8.GetString(key), data), new RecordHeader("\u20ac\"", null)]),
            (2, 0) => new AmqpDetail { MessageId = Encoding.UTF8.GetString(key), Headers = new Dictionary<string, object?> { [Encoding.UTF8.GetString(data)] = data, ["n"] = double.MinValue, ["l"] = long.MinValue } },
            _ => null,
        };
        return new Record(random.NextInt64(), key, data, random.NextInt64(253402300799999), (RecordFlags)random.Next(32), detail);
    }

    private static JsonElement Write(IPayloadShape shape, params Record[] records)
    {
        using var buffer = new PayloadBuffer(16);
        buffer.Ensure(shape.EnvelopeBytes);
        shape.Begin(buffer);
        foreach (var record in records)
        {
            buffer.Ensure(shape.Bound(record));
            shape.Append(buffer, record);
        }

        shape.End(buffer);
        using var document = JsonDocument.Parse(buffer.Written);
        return document.RootElement.Clone();
    }
}
