using System.Globalization;
using System.Text;
using System.Text.Json;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>Reads the records out of the events of all kinds of sources; their data are numbers.</summary>
internal static class EventReader
{
    /// <summary>The records in their order; empty for an event without any.</summary>
    public static List<Delivery> Read(JsonElement payload, int life, int batch)
    {
        var records = new List<Delivery>();
        if (payload.TryGetProperty("Records", out var stream))
        {
            records.AddRange(stream.EnumerateArray().Select(
                r => r.TryGetProperty("kinesis", out _) ? Stream(r, life, batch) : Message(r, life, batch)));
        }
        else if (payload.TryGetProperty("records", out var partitions))
        {
            records.AddRange(partitions.EnumerateObject().SelectMany(p => p.Value.EnumerateArray().Select(r => Kafka(p.Name, r, life, batch))));
        }
        else if (payload.TryGetProperty("rmqMessagesByQueue", out var queues))
        {
            records.AddRange(queues.EnumerateObject().SelectMany(
                q => q.Value.EnumerateArray().Select(m => new Delivery(life, batch, q.Name, 0, "", Number(m.GetProperty("data"))))));
        }

        return records;
    }

    /// <summary>The records as they are in the event, in their order.</summary>
    public static IEnumerable<JsonElement> Elements(JsonElement payload)
        => payload.TryGetProperty("Records", out var records) ? records.EnumerateArray()
            : payload.TryGetProperty("records", out var partitions) ? partitions.EnumerateObject().SelectMany(p => p.Value.EnumerateArray())
            : payload.TryGetProperty("rmqMessagesByQueue", out var queues) ? queues.EnumerateObject().SelectMany(q => q.Value.EnumerateArray())
            : [];

    /// <summary>The data of a record of any source.</summary>
    public static string Text(JsonElement record)
        => record.TryGetProperty("kinesis", out var stream) ? Decode(stream.GetProperty("data"))
            : record.TryGetProperty("body", out var body) ? body.GetString()!
            : Decode(record.TryGetProperty("value", out var value) ? value : record.GetProperty("data"));

    private static Delivery Message(JsonElement record, int life, int batch)
        => new(life, batch, record.GetProperty("eventSourceARN").GetString()!, 0, "", int.Parse(Text(record), CultureInfo.InvariantCulture));

    private static Delivery Stream(JsonElement record, int life, int batch)
    {
        var data = record.GetProperty("kinesis");
        Assert.True(SequenceNumber.TryParse(data.GetProperty("sequenceNumber").GetString(), out var position));
        var shard = record.GetProperty("eventID").GetString()!.Split(':')[0];
        return new Delivery(life, batch, shard, position, data.GetProperty("partitionKey").GetString()!, Number(data.GetProperty("data")));
    }

    private static Delivery Kafka(string partition, JsonElement record, int life, int batch)
        => new(
            life,
            batch,
            partition,
            record.GetProperty("offset").GetInt64(),
            record.TryGetProperty("key", out var key) ? Decode(key) : "",
            Number(record.GetProperty("value")));

    private static string Decode(JsonElement base64) => Encoding.UTF8.GetString(base64.GetBytesFromBase64());

    private static int Number(JsonElement base64) => int.Parse(Decode(base64), CultureInfo.InvariantCulture);
}
