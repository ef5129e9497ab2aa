using System.Text;
using System.Text.Json.Nodes;

namespace Dispatcher.Gateway.Tests.Kinesis;

public sealed class KinesisRecordTests : IAsyncLifetime
{
    private const string Shard = "shardId-000000000000";

    private KinesisServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await KinesisServer.StartAsync();
        await _server.CallAsync("CreateStream", """{"StreamName":"s","ShardCount":1}""");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task PutRecord_AndGetRecords_BringItBack()
    {
        var put = await _server.CallAsync("PutRecord", """{"StreamName":"s","Data":"aGVsbG8=","PartitionKey":"k\u00e4y"}""");
        _server.Clock.NowMs += 5;

        var answer = await _server.RecordsAsync(await _server.IteratorAsync("s", Shard, "TRIM_HORIZON"));

        var record = Assert.Single(answer["Records"]!.AsArray())!;
        Assert.Equal(put["SequenceNumber"]!.GetValue<string>(), record["SequenceNumber"]!.GetValue<string>());
        Assert.Equal(Shard, put["ShardId"]!.GetValue<string>());
        Assert.Equal("aGVsbG8= käy", $"{record["Data"]} {record["PartitionKey"]}");
        Assert.Equal(1_700_000_000m, record["ApproximateArrivalTimestamp"]!.GetValue<decimal>());
        Assert.Equal(0, answer["MillisBehindLatest"]!.GetValue<int>());
        Assert.Empty((await _server.RecordsAsync(answer["NextShardIterator"]!.GetValue<string>()))["Records"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"StreamName":"s","Records":[{"Data":"YQ==","PartitionKey":"a"},{"PartitionKey":"\/b","Data":"\u0059g==","Other":{"x":[1]}}],"More":[{}]}""")]
    [InlineData("""{"Records":[{"Data":"YQ==","PartitionKey":"a","ExplicitHashKey":"340282366920938463463374607431768211455"},{"Data":"Yg==","PartitionKey":"/b","ExplicitHashKey":null}],"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s"}""")]
    public async Task PutRecords_AnySpelling_IsUnderstood(string input)
    {
        var answer = await _server.CallAsync("PutRecords", input);

        Assert.Equal(0, answer["FailedRecordCount"]!.GetValue<int>());
        Assert.Equal(2, answer["Records"]!.AsArray().Count);
        var read = await _server.RecordsAsync(await _server.IteratorAsync("s", Shard, "TRIM_HORIZON"));
        Assert.Equal(["YQ== a", "Yg== /b"], read["Records"]!.AsArray().Select(one => $"{one!["Data"]} {one["PartitionKey"]}"));
    }

    [Fact]
    public async Task PutRecords_FiveHundredOfAThousandBytes_KeepBytesAndOrder()
    {
        var random = new Random(5);
        var data = Enumerable.Range(0, 500).Select(_ => Bytes(random, 1000)).ToArray();
        await _server.CallAsync("PutRecords", Many(data));

        var seen = new List<string>();
        var iterator = await _server.IteratorAsync("s", Shard, "TRIM_HORIZON");
        while (seen.Count < 500)
        {
            var answer = await _server.RecordsAsync(iterator, 120);
            seen.AddRange(answer["Records"]!.AsArray().Select(one => one!["Data"]!.GetValue<string>()));
            iterator = answer["NextShardIterator"]!.GetValue<string>();
        }

        Assert.Equal(data.Select(Convert.ToBase64String), seen);
    }

    [Theory]
    [InlineData("""{"StreamName":"x","Records":[{"Data":"YQ==","PartitionKey":"a"}]}""", "ResourceNotFoundException: Stream x under account 000000000000 not found.")]
    [InlineData("""{"StreamName":"s","Records":[]}""", "ValidationException: 1 validation error detected: Value '[]' at 'records' failed to satisfy constraint: Member must have length greater than or equal to 1")]
    [InlineData("""{"StreamName":"s"}""", "ValidationException: 1 validation error detected: Value null at 'records' failed to satisfy constraint: Member must not be null")]
    [InlineData("""{"StreamName":"s","Records":[{"Data":"YQ=="}]}""", "ValidationException: 1 validation error detected: Value null at 'records.1.member.partitionKey' failed to satisfy constraint: Member must not be null")]
    [InlineData("""{"StreamName":"s","Records":[{"Data":"YQ==","PartitionKey":""}]}""", "ValidationException: 1 validation error detected: Value '' at 'records.1.member.partitionKey' failed to satisfy constraint: Member must have length greater than or equal to 1")]
    [InlineData("""{"StreamName":"s","Records":[{"Data":"YQ==","PartitionKey":"a","ExplicitHashKey":"01"}]}""", "ValidationException: 1 validation error detected: Value '01' at 'records.1.member.explicitHashKey' failed to satisfy constraint: Member must satisfy regular expression pattern:")]
    [InlineData("""{"StreamName":"s","Records":[{"Data":"YQ==","PartitionKey":"a","ExplicitHashKey":"340282366920938463463374607431768211456"}]}""", "InvalidArgumentException: Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was 340282366920938463463374607431768211456")]
    [InlineData("""{"StreamName":"s","Records":[{"Data":5,"PartitionKey":"a"}]}""", "SerializationException: NUMBER_VALUE can not be converted to a Blob")]
    [InlineData("""{"StreamName":"s","Records":[{"Data":"not base64","PartitionKey":"a"}]}""", "SerializationException: ")]
    [InlineData("""{"StreamName":"s","Records":{}}""", "SerializationException: ")]
    [InlineData("""{"StreamName":"s","Records":[{"Data":"YQ==","PartitionKey":"a"}]""", "SerializationException: The body is not valid JSON")]
    [InlineData("""{"StreamName":"s/s","Records":[{"Data":"YQ==","PartitionKey":"a"}]}""", "ValidationException: 1 validation error detected: Value 's/s' at 'streamName'")]
    [InlineData("""{"StreamName":"s","Records":[{"Data":"YQ==","PartitionKey":"\ud800"}]}""", "SerializationException: ")]
    public async Task PutRecords_WrongInput_IsToldAndStoresNothing(string input, string expected)
    {
        Assert.StartsWith($"400 {expected}", await _server.FailAsync("PutRecords", input));
        await AssertEmptyAsync();
    }

    [Fact]
    public async Task PutRecords_TooManyTooLargeOrTooMuch_IsRefused()
    {
        Assert.Contains(
            "at 'records' failed to satisfy constraint: Member must have length less than or equal to 500",
            await _server.FailAsync("PutRecords", Many([.. Enumerable.Repeat(new byte[1], 501)])));
        Assert.Equal(
            "400 ValidationException: 1 validation error detected: Value at 'records.2.member.data' failed to satisfy constraint: Member must have length less than or equal to 1048576",
            await _server.FailAsync("PutRecords", Many([new byte[1], new byte[1024 * 1024]])));
        Assert.Equal(
            "400 InvalidArgumentException: Records size exceeds 10 MB limit",
            await _server.FailAsync("PutRecords", Many([.. Enumerable.Repeat(new byte[1_000_000], 11)])));
        Assert.StartsWith(
            "400 ValidationException: 1 validation error detected: Value '" + new string('k', 257),
            await _server.FailAsync("PutRecord", $$"""{"StreamName":"s","Data":"","PartitionKey":"{{new string('k', 257)}}"}"""));
        await AssertEmptyAsync();
    }

    [Fact]
    public async Task PutRecord_LongestKeyAndEmptyData_IsStored()
    {
        var key = new string('ä', 256);
        await _server.CallAsync("PutRecord", $$"""{"StreamName":"s","Data":"","PartitionKey":"{{key}}"}""");

        var read = await _server.RecordsAsync(await _server.IteratorAsync("s", Shard, "TRIM_HORIZON"));

        Assert.Equal(key, read["Records"]![0]!["PartitionKey"]!.GetValue<string>());
    }

    [Fact]
    public async Task GetShardIterator_EveryType_BeginsWhereItSays()
    {
        var sequences = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var put = await _server.CallAsync("PutRecord", $$"""{"StreamName":"s","Data":"{{Base64($"{i}")}}","PartitionKey":"k"}""");
            sequences.Add(put["SequenceNumber"]!.GetValue<string>());
            _server.Clock.NowMs += 1000;
        }

        Assert.Equal("0123", await ReadAsync("TRIM_HORIZON"));
        Assert.Equal("", await ReadAsync("LATEST"));
        Assert.Equal("123", await ReadAsync("AT_SEQUENCE_NUMBER", $$""","StartingSequenceNumber":"{{sequences[1]}}" """));
        Assert.Equal("23", await ReadAsync("AFTER_SEQUENCE_NUMBER", $$""","StartingSequenceNumber":"{{sequences[1]}}" """));
        Assert.Equal("23", await ReadAsync("AT_TIMESTAMP", ""","Timestamp":1700000001.5"""));
        Assert.Equal("", await ReadAsync("AT_TIMESTAMP", ""","Timestamp":1700000003.5"""));
    }

    [Fact]
    public async Task GetRecords_Limit_TellsHowFarBehind()
    {
        await _server.CallAsync("PutRecords", Many([[1], [2], [3]]));
        _server.Clock.NowMs += 2500;

        var answer = await _server.RecordsAsync(await _server.IteratorAsync("s", Shard, "TRIM_HORIZON"), 2);

        Assert.Equal(2, answer["Records"]!.AsArray().Count);
        Assert.Equal(2500, answer["MillisBehindLatest"]!.GetValue<int>());
    }

    [Fact]
    public async Task GetRecords_MoreThanTenMegabytes_ComesInParts()
    {
        for (var i = 0; i < 2; i++)
        {
            await _server.CallAsync("PutRecords", Many([.. Enumerable.Repeat(new byte[1_000_000], 9)]));
        }

        var answer = await _server.RecordsAsync(await _server.IteratorAsync("s", Shard, "TRIM_HORIZON"));

        Assert.Equal(10, answer["Records"]!.AsArray().Count);
        Assert.Equal(8, (await _server.RecordsAsync(answer["NextShardIterator"]!.GetValue<string>()))["Records"]!.AsArray().Count);
    }

    [Fact]
    public async Task GetRecords_ClosedShard_EndsWithItsChildren()
    {
        await _server.CallAsync("PutRecords", Many([[1], [2]]));
        var iterator = await _server.IteratorAsync("s", Shard, "TRIM_HORIZON");
        await _server.CallAsync("SplitShard", $$"""{"StreamName":"s","ShardToSplit":"{{Shard}}","NewStartingHashKey":"1000"}""");

        var first = await _server.RecordsAsync(iterator, 1);
        var last = await _server.RecordsAsync(first["NextShardIterator"]!.GetValue<string>());

        Assert.Null(first["ChildShards"]);
        Assert.Null(last["NextShardIterator"]);
        Assert.Equal(["shardId-000000000001", "shardId-000000000002"], last["ChildShards"]!.AsArray().Select(one => one!["ShardId"]!.GetValue<string>()));
        Assert.Equal(Shard, last["ChildShards"]![0]!["ParentShards"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task GetRecords_OldOrForeignIterator_IsRefused()
    {
        var iterator = await _server.IteratorAsync("s", Shard, "TRIM_HORIZON");
        var broken = Convert.FromBase64String(iterator);
        broken[12] ^= 1;
        Assert.Equal(
            "400 InvalidArgumentException: Invalid ShardIterator.",
            await _server.FailAsync("GetRecords", $$"""{"ShardIterator":"{{Convert.ToBase64String(broken)}}"}"""));

        _server.Clock.NowMs += 300_001;
        Assert.StartsWith(
            "400 ExpiredIteratorException: Iterator expired. The iterator was created at time Tue Nov 14 22:13:20 UTC 2023 while",
            await _server.FailAsync("GetRecords", $$"""{"ShardIterator":"{{iterator}}"}"""));

        iterator = await _server.IteratorAsync("s", Shard, "TRIM_HORIZON");
        await _server.CallAsync("DeleteStream", """{"StreamName":"s"}""");
        await _server.CallAsync("CreateStream", """{"StreamName":"s","ShardCount":1}""");
        Assert.StartsWith("400 ResourceNotFoundException", await _server.FailAsync("GetRecords", $$"""{"ShardIterator":"{{iterator}}"}"""));
    }

    private static string Many(byte[][] data) => new JsonObject
    {
        ["StreamName"] = "s",
        ["Records"] = new JsonArray([.. data.Select(one => new JsonObject { ["Data"] = Convert.ToBase64String(one), ["PartitionKey"] = "k" })]),
    }.ToJsonString();

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private async Task AssertEmptyAsync()
        => Assert.Empty((await _server.RecordsAsync(await _server.IteratorAsync("s", Shard, "TRIM_HORIZON")))["Records"]!.AsArray());

    private async Task<string> ReadAsync(string type, string more = "")
    {
        var answer = await _server.RecordsAsync(await _server.IteratorAsync("s", Shard, type, more));
        return string.Concat(answer["Records"]!.AsArray().Select(one => Encoding.UTF8.GetString(Convert.FromBase64String(one!["Data"]!.GetValue<string>()))));
    }
}
