using System.Text;
using System.Text.Json.Nodes;

namespace Dispatcher.Gateway.Tests.Kinesis;

public sealed class KinesisCallTests : IAsyncLifetime
{
    private const string Arn = "arn:aws:kinesis:us-east-1:000000000000:stream/s";

    private KinesisServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await KinesisServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task DescribeStream_NewStream_ShowsItAsAws()
    {
        await CreateAsync(2);

        var found = (await _server.CallAsync("DescribeStream", """{"StreamName":"s"}"""))["StreamDescription"]!;

        Assert.Equal("ACTIVE", found["StreamStatus"]!.GetValue<string>());
        Assert.Equal(Arn, found["StreamARN"]!.GetValue<string>());
        Assert.Equal("PROVISIONED", found["StreamModeDetails"]!["StreamMode"]!.GetValue<string>());
        Assert.Equal(1_700_000_000m, found["StreamCreationTimestamp"]!.GetValue<decimal>());
        Assert.Equal(24, found["RetentionPeriodHours"]!.GetValue<int>());
        Assert.False(found["HasMoreShards"]!.GetValue<bool>());
        Assert.Equal("170141183460469231731687303715884105728", found["Shards"]![1]!["HashKeyRange"]!["StartingHashKey"]!.GetValue<string>());
        Assert.Matches("^49[0-9]{54}$", found["Shards"]![0]!["SequenceNumberRange"]!["StartingSequenceNumber"]!.GetValue<string>());
        Assert.Null(found["Shards"]![0]!["SequenceNumberRange"]!["EndingSequenceNumber"]);
    }

    [Fact]
    public async Task DescribeStreamSummary_ByArn_CountsOpenShards()
    {
        await CreateAsync(2);
        await _server.CallAsync("MergeShards", $$"""{"StreamARN":"{{Arn}}","ShardToMerge":"shardId-000000000000","AdjacentShardToMerge":"shardId-000000000001"}""");

        var found = (await _server.CallAsync("DescribeStreamSummary", $$"""{"StreamARN":"{{Arn}}"}"""))["StreamDescriptionSummary"]!;

        Assert.Equal(1, found["OpenShardCount"]!.GetValue<int>());
        Assert.Matches("^[a-z0-9]{20}-[a-z0-9]{3}$", found["StreamId"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("DescribeStream", """{"StreamName":"x"}""", "400 ResourceNotFoundException: Stream x under account 000000000000 not found.")]
    [InlineData("DescribeStream", "{}", "400 InvalidArgumentException: Either StreamName or StreamARN should be provided.")]
    [InlineData("CreateStream", """{"StreamName":"s","ShardCount":1}""", "400 ResourceInUseException: Stream s under account 000000000000 already exists.")]
    [InlineData("CreateStream", """{"StreamName":"n","ShardCount":0}""", "400 ValidationException: 1 validation error detected: Value '0' at 'shardCount' failed to satisfy constraint: Member must have value greater than or equal to 1")]
    [InlineData("CreateStream", """{"ShardCount":1}""", "400 ValidationException: 1 validation error detected: Value null at 'streamName' failed to satisfy constraint: Member must not be null")]
    [InlineData("CreateStream", """{"StreamName":7}""", "400 SerializationException: NUMBER_VALUE can not be converted to a String")]
    [InlineData("CreateStream", """{"StreamName":"n","ShardCount":30000}""", "400 LimitExceededException: This request would exceed the shard limit")]
    [InlineData("CreateStream", "{", "400 SerializationException: The body is not valid JSON")]
    [InlineData("CreateStream", "", "400 SerializationException: The body is not valid JSON")]
    [InlineData("CreateStream", "[]", "400 SerializationException: The body is not a structure")]
    [InlineData("DestroyStream", "{}", "400 UnknownOperationException: There is no operation DestroyStream")]
    [InlineData("SubscribeToShard", "{}", "400 UnknownOperationException: The operation SubscribeToShard is not served by this server")]
    [InlineData("DescribeStream", """{"StreamARN":"arn:aws:kinesis:eu-west-1:000000000000:stream/s"}""", "400 ResourceNotFoundException: Stream arn:aws:kinesis:eu-west-1:000000000000:stream/s under account 000000000000 not found.")]
    [InlineData("SplitShard", """{"StreamName":"s","ShardToSplit":"shardId-000000000009","NewStartingHashKey":"7"}""", "400 ResourceNotFoundException: Could not find shard shardId-000000000009 in stream s under account 000000000000.")]
    [InlineData("SplitShard", """{"StreamName":"s","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"0"}""", "400 InvalidArgumentException: NewStartingHashKey 0 used in SplitShard() on shard shardId-000000000000 in stream s under account 000000000000 is not both greater")]
    [InlineData("SplitShard", """{"StreamName":"s","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"999999999999999999999999999999999999999"}""", "400 InvalidArgumentException: Invalid NewStartingHashKey.")]
    [InlineData("IncreaseStreamRetentionPeriod", """{"StreamName":"s","RetentionPeriodHours":23}""", "400 InvalidArgumentException: Minimum allowed retention period is 24 hours.")]
    [InlineData("IncreaseStreamRetentionPeriod", """{"StreamName":"s","RetentionPeriodHours":9000}""", "400 InvalidArgumentException: Maximum allowed retention period is 8760 hours.")]
    [InlineData("DecreaseStreamRetentionPeriod", """{"StreamName":"s","RetentionPeriodHours":48}""", "400 InvalidArgumentException: Requested retention period (48 hours) for stream s can not be longer than existing retention period (24 hours).")]
    [InlineData("GetShardIterator", """{"StreamName":"s","ShardId":"shardId-000000000005","ShardIteratorType":"LATEST"}""", "400 ResourceNotFoundException: Shard shardId-000000000005 in stream s under account 000000000000 does not exist")]
    [InlineData("GetShardIterator", """{"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":"AT_SEQUENCE_NUMBER"}""", "400 InvalidArgumentException: Must either specify (1) AT_SEQUENCE_NUMBER")]
    [InlineData("GetShardIterator", """{"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":"LATEST","StartingSequenceNumber":"1"}""", "400 InvalidArgumentException: Must either specify (1) AT_SEQUENCE_NUMBER")]
    [InlineData("GetShardIterator", """{"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":"AT_SEQUENCE_NUMBER","StartingSequenceNumber":"1"}""", "400 InvalidArgumentException: StartingSequenceNumber 1 used in GetShardIterator on shard shardId-000000000000 in stream s under account 000000000000 is invalid.")]
    [InlineData("GetShardIterator", """{"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":"AT_TIMESTAMP","Timestamp":1800000000}""", "400 InvalidArgumentException: The timestampInMillis parameter cannot be greater")]
    [InlineData("GetShardIterator", """{"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":"NEWEST"}""", "400 ValidationException: 1 validation error detected: Value 'NEWEST' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set:")]
    [InlineData("GetRecords", """{"ShardIterator":"AAAA"}""", "400 InvalidArgumentException: Invalid ShardIterator.")]
    [InlineData("ListShards", """{"NextToken":"e30="}""", "400 InvalidArgumentException: Invalid NextToken.")]
    [InlineData("AddTagsToStream", """{"StreamName":"s","Tags":{"a":"<b>"}}""", "400 InvalidArgumentException: Some tags contain invalid characters.")]
    [InlineData("AddTagsToStream", """{"StreamName":"s","Tags":{"aws:a":"b"}}""", "400 InvalidArgumentException: Tag key aws:a is reserved")]
    public async Task Call_WrongInput_IsToldAsAwsDoes(string operation, string input, string expected)
    {
        await CreateAsync(1);

        Assert.StartsWith(expected, await _server.FailAsync(operation, input));
    }

    [Fact]
    public async Task Call_OtherContentType_IsRefused()
        => Assert.StartsWith("400 AccessDeniedException", await _server.FailAsync("ListStreams", "{}", "text/plain"));

    [Fact]
    public async Task Call_OversizeBody_IsRefused()
    {
        using var response = await _server.SendAsync("PutRecords", new byte[(16 * 1024 * 1024) + 1], KinesisServer.Json);

        Assert.Equal(413, (int)response.StatusCode);
        Assert.Contains("RequestEntityTooLargeException", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task ListStreams_Pages_ShowAllOnce()
    {
        foreach (var name in (string[])["c", "a", "b"])
        {
            await _server.CallAsync("CreateStream", $$"""{"StreamName":"{{name}}","ShardCount":1}""");
        }

        var first = await _server.CallAsync("ListStreams", """{"Limit":2}""");
        var second = await _server.CallAsync("ListStreams", $$"""{"Limit":2,"NextToken":"{{first["NextToken"]}}"}""");
        var other = await _server.CallAsync("ListStreams", """{"ExclusiveStartStreamName":"a"}""");

        Assert.Equal("""["a","b"]true""", first["StreamNames"]!.ToJsonString() + first["HasMoreStreams"]);
        Assert.Equal("""["c"]false""", second["StreamNames"]!.ToJsonString() + second["HasMoreStreams"]);
        Assert.Equal("""["b","c"]""", other["StreamNames"]!.ToJsonString());
        Assert.Equal("arn:aws:kinesis:us-east-1:000000000000:stream/c", second["StreamSummaries"]![0]!["StreamARN"]!.GetValue<string>());
    }

    [Fact]
    public async Task ListShards_FiltersAndPages_ShowTheRightShards()
    {
        await CreateAsync(2);
        _server.Clock.NowMs += 10_000;
        await _server.CallAsync("SplitShard", """{"StreamName":"s","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"1000"}""");
        _server.Clock.NowMs += 10_000;

        Assert.Equal("0,1,2,3", await ShardsAsync(""));
        Assert.Equal("1,2,3", await ShardsAsync(""","ShardFilter":{"Type":"AT_LATEST"}"""));
        Assert.Equal("0,1", await ShardsAsync(""","ShardFilter":{"Type":"AT_TRIM_HORIZON"}"""));
        Assert.Equal("0,1,2,3", await ShardsAsync(""","ShardFilter":{"Type":"FROM_TRIM_HORIZON"}"""));
        Assert.Equal("2,3", await ShardsAsync(""","ShardFilter":{"Type":"AFTER_SHARD_ID","ShardId":"shardId-000000000001"}"""));
        Assert.Equal("0,1", await ShardsAsync(""","ShardFilter":{"Type":"AT_TIMESTAMP","Timestamp":1700000005}"""));
        Assert.Equal("1,2,3", await ShardsAsync(""","ShardFilter":{"Type":"FROM_TIMESTAMP","Timestamp":1700000015.5}"""));
        Assert.Equal("2,3", await ShardsAsync(""","ExclusiveStartShardId":"shardId-000000000001" """));
        Assert.StartsWith("400 InvalidArgumentException: ShardId must", await _server.FailAsync("ListShards", """{"StreamName":"s","ShardFilter":{"Type":"AFTER_SHARD_ID"}}"""));

        var first = await _server.CallAsync("ListShards", """{"StreamName":"s","MaxResults":2,"ShardFilter":{"Type":"AT_LATEST"}}""");
        var token = first["NextToken"]!.GetValue<string>();
        var second = await _server.CallAsync("ListShards", $$"""{"NextToken":"{{token}}"}""");
        Assert.Equal("1,2|3", $"{Ids(first)}|{Ids(second)}");
        Assert.Null(second["NextToken"]);
        Assert.Contains("cannot be provided together", await _server.FailAsync("ListShards", $$"""{"NextToken":"{{token}}","StreamName":"s"}"""));
        _server.Clock.NowMs += 300_001;
        Assert.StartsWith("400 ExpiredNextTokenException", await _server.FailAsync("ListShards", $$"""{"NextToken":"{{token}}"}"""));
    }

    [Fact]
    public async Task UpdateShardCount_Double_TellsBeforeAndAfter()
    {
        await CreateAsync(2);

        var answer = await _server.CallAsync("UpdateShardCount", """{"StreamName":"s","TargetShardCount":4,"ScalingType":"UNIFORM_SCALING"}""");

        Assert.Equal($$"""{"StreamName":"s","CurrentShardCount":2,"TargetShardCount":4,"StreamARN":"{{Arn}}"}""", answer.ToJsonString());
        Assert.Equal("2,3,4,5", await ShardsAsync(""","ShardFilter":{"Type":"AT_LATEST"}"""));
    }

    [Fact]
    public async Task Settings_Changed_AreShown()
    {
        await CreateAsync(1);
        await _server.CallAsync("IncreaseStreamRetentionPeriod", """{"StreamName":"s","RetentionPeriodHours":48}""");
        await _server.CallAsync("UpdateStreamMode", $$$"""{"StreamARN":"{{{Arn}}}","StreamModeDetails":{"StreamMode":"ON_DEMAND"}}""");

        var summary = (await _server.CallAsync("DescribeStreamSummary", """{"StreamName":"s"}"""))["StreamDescriptionSummary"]!;
        var limits = await _server.CallAsync("DescribeLimits", "{}");

        Assert.Equal("48 ON_DEMAND", $"{summary["RetentionPeriodHours"]} {summary["StreamModeDetails"]!["StreamMode"]}");
        Assert.Equal("""{"ShardLimit":20000,"OpenShardCount":0,"OnDemandStreamCount":1,"OnDemandStreamCountLimit":50}""", limits.ToJsonString());
        Assert.StartsWith("400 ValidationException", await _server.FailAsync("UpdateShardCount", """{"StreamName":"s","TargetShardCount":2,"ScalingType":"UNIFORM_SCALING"}"""));
    }

    [Fact]
    public async Task Tags_AddedListedRemoved_BothWays()
    {
        await _server.CallAsync("CreateStream", """{"StreamName":"s","ShardCount":1,"Tags":{"team":"a"}}""");
        await _server.CallAsync("AddTagsToStream", """{"StreamName":"s","Tags":{"env":"x","über":"y"}}""");
        await _server.CallAsync("TagResource", $$$"""{"ResourceARN":"{{{Arn}}}","Tags":{"env":"z"}}""");

        var first = await _server.CallAsync("ListTagsForStream", """{"StreamName":"s","Limit":2}""");
        var rest = await _server.CallAsync("ListTagsForStream", """{"StreamName":"s","ExclusiveStartTagKey":"team"}""");
        await _server.CallAsync("RemoveTagsFromStream", """{"StreamName":"s","TagKeys":["env"]}""");
        await _server.CallAsync("UntagResource", $$"""{"ResourceARN":"{{Arn}}","TagKeys":["über"]}""");
        var last = await _server.CallAsync("ListTagsForResource", $$"""{"ResourceARN":"{{Arn}}"}""");

        Assert.Equal("env=z team=a more", string.Join(' ', Tags(first).Append(first["HasMoreTags"]!.GetValue<bool>() ? "more" : "all")));
        Assert.Equal("über=y", Assert.Single(Tags(rest)));
        Assert.Equal("team=a", Assert.Single(Tags(last)));
    }

    [Fact]
    public async Task Tags_TooMany_AreRefused()
    {
        await CreateAsync(1);
        var tags = string.Join(',', Enumerable.Range(0, 51).Select(i => $"\"k{i}\":\"v\""));

        Assert.Contains("cannot have more than 50 tags", await _server.FailAsync("AddTagsToStream", $$$"""{"StreamName":"s","Tags":{{{{tags}}}}}"""));
    }

    private static IEnumerable<string> Tags(JsonObject answer) => answer["Tags"]!.AsArray().Select(tag => $"{tag!["Key"]}={tag["Value"]}");

    private static string Ids(JsonObject answer)
        => string.Join(',', answer["Shards"]!.AsArray().Select(shard => int.Parse(shard!["ShardId"]!.GetValue<string>()[8..])));

    private async Task<string> ShardsAsync(string more) => Ids(await _server.CallAsync("ListShards", $$"""{"StreamName":"s"{{more}}}"""));

    private Task<JsonObject> CreateAsync(int shards) => _server.CallAsync("CreateStream", $$"""{"StreamName":"s","ShardCount":{{shards}}}""");
}
