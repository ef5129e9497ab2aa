using Dispatcher.Contracts.Records;
using Dispatcher.Testing.RabbitMq;
using RabbitMQ.Client;

namespace Dispatcher.Adapters.Tests.RabbitMq;

[Collection(RabbitMqCollection.Name)]
public sealed class AmqpPropertiesTests(RabbitMqFixture rabbit)
{
    private const long Seconds = 1_700_000_000;

    [Fact]
    public async Task Read_NoProperties_HasNoDetail()
    {
        var (detail, timestampMs, flags) = await RoundTripAsync(new BasicProperties());

        Assert.Null(detail);
        Assert.Equal(RecordFlags.NoTimestamp, flags);
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - timestampMs, 0, 60_000);
    }

    [Fact]
    public async Task Read_AllProperties_HasThemAll()
    {
        var (detail, timestampMs, flags) = await RoundTripAsync(new BasicProperties
        {
            ContentType = "text/plain",
            ContentEncoding = "utf-8",
            DeliveryMode = DeliveryModes.Persistent,
            Priority = 34,
            CorrelationId = "correlation",
            ReplyTo = "reply",
            Expiration = "60000",
            MessageId = "message",
            Timestamp = new AmqpTimestamp(Seconds),
            Type = "type",
            UserId = RabbitMqServer.User,
            AppId = "app",
            ClusterId = "cluster",
        });

        Assert.Equal(
            new AmqpDetail
            {
                ContentType = "text/plain",
                ContentEncoding = "utf-8",
                DeliveryMode = 2,
                Priority = 34,
                CorrelationId = "correlation",
                ReplyTo = "reply",
                Expiration = "60000",
                MessageId = "message",
                TimestampSeconds = Seconds,
                Type = "type",
                UserId = RabbitMqServer.User,
                AppId = "app",
                ClusterId = "cluster",
            },
            detail);
        Assert.Equal((Seconds * 1000, RecordFlags.None), (timestampMs, flags));
    }

    [Fact]
    public async Task Read_TimestampThatIsNoDate_KeepsTheNumberAndTakesTheArrival()
    {
        const long noDate = 1_700_000_000_000_000;

        var (detail, timestampMs, flags) = await RoundTripAsync(new BasicProperties { Timestamp = new AmqpTimestamp(noDate) });

        Assert.Equal(noDate, detail?.TimestampSeconds);
        Assert.Equal(RecordFlags.NoTimestamp, flags);
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - timestampMs, 0, 60_000);
    }

    public static TheoryData<string, object?, object?> Headers => new()
    {
        { "text", "text", "text"u8.ToArray() },
        { "bytes", new byte[] { 0, 255 }, new byte[] { 0, 255 } },
        { "binary", new BinaryTableValue([1, 2]), new byte[] { 1, 2 } },
        { "true", true, true },
        { "byte", (byte)200, (byte)200 },
        { "sbyte", (sbyte)-3, (sbyte)-3 },
        { "short", (short)-300, (short)-300 },
        { "ushort", (ushort)60_000, (ushort)60_000 },
        { "int", -70_000, -70_000 },
        { "uint", 4_000_000_000, 4_000_000_000 },
        { "long", 1L << 40, 1L << 40 },
        { "float", 1.5f, 1.5d },
        { "double", 0.1d, 0.1d },
        { "decimal", 12.34m, 12.34m },
        { "time", new AmqpTimestamp(Seconds), DateTimeOffset.FromUnixTimeSeconds(Seconds) },
        { "null", null, null },
        {
            "list",
            new List<object?> { 1, "a", new AmqpTimestamp(Seconds) },
            new List<object?> { 1, "a"u8.ToArray(), DateTimeOffset.FromUnixTimeSeconds(Seconds) }
        },
        {
            "table",
            new Dictionary<string, object?> { ["x"] = new Dictionary<string, object?> { ["y"] = 2.5f } },
            new Dictionary<string, object?> { ["x"] = new Dictionary<string, object?> { ["y"] = 2.5d } }
        },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Read_HeaderOfAnyType_HasItsValue(string name, object? value, object? wanted)
    {
        var (detail, _, _) = await RoundTripAsync(
            new BasicProperties { Headers = new Dictionary<string, object?> { [name] = value } });

        var (header, seen) = Assert.Single(detail?.Headers ?? new Dictionary<string, object?>());
        Assert.Equal(name, header);
        Assert.Equal(wanted, seen);
    }

    private async Task<(AmqpDetail? Detail, long TimestampMs, RecordFlags Flags)> RoundTripAsync(BasicProperties properties)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var bench = await QueueBench.StartAsync(await rabbit.ServerAsync(), "classic");
        await using var reader = await bench.OpenAsync(limit.Token);
        await bench.PutPlainAsync("body"u8.ToArray(), properties);
        using var page = await reader.ReadAsync(1, limit.Token);
        var record = page.Records[0];
        Assert.Equal("body", QueueBench.Text(record));
        return (record.Detail as AmqpDetail, record.TimestampMs, record.Flags);
    }
}
