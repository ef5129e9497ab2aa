using System.Formats.Cbor;
using System.Text;

namespace Dispatcher.Gateway.Tests.Kinesis;

public sealed class KinesisCborTests : IAsyncLifetime
{
    private const string Shard = "shardId-000000000000";

    private KinesisServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await KinesisServer.StartAsync();
        await _server.CallCborAsync("CreateStream", input =>
        {
            input.WriteStartMap(2);
            Text(input, "StreamName", "s");
            input.WriteTextString("ShardCount");
            input.WriteInt32(1);
            input.WriteEndMap();
        });
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PutRecords_AndGetRecords_BringThemBack(bool indefinite)
    {
        await _server.CallCborAsync("PutRecords", input => Records(input, indefinite));
        var iterator = await _server.IteratorAsync("s", Shard, "TRIM_HORIZON");

        var answer = await _server.CallCborAsync("GetRecords", input =>
        {
            input.WriteStartMap(1);
            Text(input, "ShardIterator", iterator);
            input.WriteEndMap();
        });

        var read = Assert.IsType<Dictionary<string, object?>>(Value(answer));
        Assert.Equal(0L, read["MillisBehindLatest"]);
        var records = Assert.IsType<List<object?>>(read["Records"]).Cast<Dictionary<string, object?>>().ToArray();
        Assert.Equal(["0", "1", "2"], records.Select(one => Encoding.UTF8.GetString((byte[])one["Data"]!)));
        Assert.Equal("käy-1", records[1]["PartitionKey"]);
        Assert.Equal(("time", 1_700_000_000_000L), records[0]["ApproximateArrivalTimestamp"]);
    }

    [Fact]
    public async Task GetShardIterator_TimeInMilliseconds_IsUnderstood()
    {
        await _server.CallCborAsync("PutRecords", input => Records(input, indefinite: false));
        _server.Clock.NowMs += 2000;
        await _server.CallCborAsync("PutRecords", input => Records(input, indefinite: false));

        var answer = await _server.CallCborAsync("GetShardIterator", input =>
        {
            input.WriteStartMap(null);
            Text(input, "StreamName", "s");
            Text(input, "ShardId", Shard);
            Text(input, "ShardIteratorType", "AT_TIMESTAMP");
            input.WriteTextString("Timestamp");
            input.WriteTag(CborTag.UnixTimeSeconds);
            input.WriteInt64(1_700_000_000_500);
            input.WriteEndMap();
        });

        var iterator = (string)((Dictionary<string, object?>)Value(answer)!)["ShardIterator"]!;
        Assert.Equal(3, (await _server.RecordsAsync(iterator))["Records"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("a1", "SerializationException")]
    [InlineData("a0", "ValidationException")]
    [InlineData("80", "SerializationException")]
    [InlineData("a1675265636f72647381a164446174614101", "ValidationException")]
    [InlineData("a1675265636f72647381a2644461746161616c506172746974696f6e4b65796161", "SerializationException")]
    public async Task PutRecords_WrongInput_IsToldInCbor(string hex, string type)
    {
        using var response = await _server.SendAsync("PutRecords", Convert.FromHexString(hex), KinesisServer.Cbor);

        Assert.Equal(400, (int)response.StatusCode);
        var error = Value(new CborReader(await response.Content.ReadAsByteArrayAsync(), CborConformanceMode.Lax));
        Assert.Equal(type, Assert.IsType<Dictionary<string, object?>>(error)["__type"]);
    }

    private static void Records(CborWriter input, bool indefinite)
    {
        input.WriteStartMap(indefinite ? null : 2);
        input.WriteTextString("Records");
        input.WriteStartArray(indefinite ? null : 3);
        for (var i = 0; i < 3; i++)
        {
            input.WriteStartMap(indefinite ? null : 2);
            Text(input, "PartitionKey", $"käy-{i}");
            input.WriteTextString("Data");
            Bytes(input, Encoding.UTF8.GetBytes($"{i}"), indefinite);
            input.WriteEndMap();
        }

        input.WriteEndArray();
        Text(input, "StreamName", "s");
        input.WriteEndMap();
    }

    private static void Bytes(CborWriter input, byte[] bytes, bool indefinite)
    {
        if (!indefinite)
        {
            input.WriteByteString(bytes);
            return;
        }

        input.WriteStartIndefiniteLengthByteString();
        input.WriteByteString(bytes);
        input.WriteByteString([]);
        input.WriteEndIndefiniteLengthByteString();
    }

    private static void Text(CborWriter input, string name, string value)
    {
        input.WriteTextString(name);
        input.WriteTextString(value);
    }

    private static object? Value(CborReader reader)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.StartMap:
                var map = new Dictionary<string, object?>();
                reader.ReadStartMap();
                while (reader.PeekState() != CborReaderState.EndMap)
                {
                    map.Add(reader.ReadTextString(), Value(reader));
                }

                reader.ReadEndMap();
                return map;
            case CborReaderState.StartArray:
                var list = new List<object?>();
                reader.ReadStartArray();
                while (reader.PeekState() != CborReaderState.EndArray)
                {
                    list.Add(Value(reader));
                }

                reader.ReadEndArray();
                return list;
            case CborReaderState.Tag:
                Assert.Equal(CborTag.UnixTimeSeconds, reader.ReadTag());
                return ("time", reader.ReadInt64());
            case CborReaderState.ByteString:
                return reader.ReadByteString();
            case CborReaderState.TextString:
                return reader.ReadTextString();
            case CborReaderState.Boolean:
                return reader.ReadBoolean();
            default:
                return reader.ReadInt64();
        }
    }
}
