using System.Text;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;
using Dispatcher.Pipeline.Filters;

namespace Dispatcher.Pipeline.Tests.Filters;

/// <summary>What patterns see of the records of each source, and AWS's rules for formats that do not fit.</summary>
public sealed class SourceTests
{
    private const string Json = """{"a":1}""";
    private const string JsonPattern = """{"a":[1]}""";
    private const string OtherJsonPattern = """{"a":[2]}""";
    private const string TextPattern = """["text"]""";
    private const string OtherTextPattern = """[{"prefix":"y"}]""";

    [Theory]
    [InlineData("""{"partitionKey":["k\"1"]}""", true)]
    [InlineData("""{"partitionKey":[{"prefix":"x"}]}""", false)]
    [InlineData("""{"kinesisSchemaVersion":["1.0"],"data":{"a":[1]}}""", true)]
    [InlineData("""{"sequenceNumber":[{"suffix":"007"}]}""", true)]
    [InlineData("""{"approximateArrivalTimestamp":[{"numeric":["=",1545084650.987]}]}""", true)]
    [InlineData("""{"eventSource":["aws:kinesis"]}""", false)]
    [InlineData("""{"awsRegion":[{"exists":false}]}""", true)]
    public void Matches_Stream_SeesDataAndTheKinesisMembers(string pattern, bool passes)
        => Assert.Equal(passes, Patterns.Filter(SourceKind.Stream, pattern).Matches(Patterns.Of(Json, "k\"1")));

    [Theory]
    [InlineData("""{"topic":["orders"],"partition":[3],"offset":[7]}""", true)]
    [InlineData("""{"partition":[4]}""", false)]
    [InlineData("""{"timestamp":[{"numeric":[">",1545084650986]}],"timestampType":["CREATE_TIME"]}""", true)]
    [InlineData("""{"headers":{"h":[104]}}""", true)]
    [InlineData("""{"headers":{"h":[105]}}""", false)]
    [InlineData("""{"key":["k"],"value":{"a":[1]}}""", true)]
    [InlineData("""{"key":["j"],"value":{"a":[1]}}""", false)]
    [InlineData("""{"key":["k"],"value":{"a":[2]}}""", false)]
    [InlineData("""{"$or":[{"key":["j"]},{"value":{"a":[1]}}]}""", true)]
    public void Matches_Kafka_SeesKeyValueAndTheRest(string pattern, bool passes)
    {
        var record = Patterns.Of(Json, "k") with { Detail = new KafkaDetail([new RecordHeader("h", [104])]) };

        Assert.Equal(passes, Patterns.Filter(SourceKind.Kafka, pattern).Matches(record));
    }

    [Theory]
    [InlineData("""{"value":{"a":[1]}}""", false)]
    [InlineData("""{"value":[{"exists":false}]}""", true)]
    [InlineData("""{"key":["k"]}""", false)]
    [InlineData("""{"key":[{"exists":false}],"topic":["orders"]}""", true)]
    public void Matches_KafkaTombstone_HasNoValueAndNoKey(string pattern, bool passes)
    {
        var record = Patterns.Of("") with { Flags = RecordFlags.NullData | RecordFlags.NullKey };

        Assert.Equal(passes, Patterns.Filter(SourceKind.Kafka, pattern).Matches(record));
    }

    [Theory]
    [InlineData("""{"basicProperties":{"contentType":["text/plain"],"priority":[{"numeric":[">=",5]}],"bodySize":[7]},"redelivered":[false]}""", true)]
    [InlineData("""{"basicProperties":{"headers":{"n":[3]}},"data":{"a":[1]}}""", true)]
    [InlineData("""{"basicProperties":{"headers":{"t":{"bytes":[104]}}}}""", true)]
    [InlineData("""{"basicProperties":{"appId":[null]}}""", true)]
    [InlineData("""{"redelivered":[true]}""", false)]
    public void Matches_RabbitMq_SeesDataAndProperties(string pattern, bool passes)
    {
        var detail = new AmqpDetail
        {
            ContentType = "text/plain",
            Priority = 5,
            Headers = new Dictionary<string, object?> { ["n"] = 3, ["t"] = "hi" },
        };

        Assert.Equal(passes, Patterns.Filter(SourceKind.RabbitMq, pattern).Matches(Patterns.Of(Json) with { Detail = detail }));
    }

    /// <summary>Headers as deep as the payload can show them.</summary>
    [Fact]
    public void Matches_RabbitMqDeepHeaders_AreWalked()
    {
        object? deep = 1;
        for (var i = 0; i < 999; i++)
        {
            deep = new List<object?> { deep };
        }

        var detail = new AmqpDetail { Headers = new Dictionary<string, object?> { ["d"] = deep } };

        Assert.True(Patterns.Filter(SourceKind.RabbitMq, """{"basicProperties":{"headers":{"d":[1]}}}""").Matches(Patterns.Of(Json) with { Detail = detail }));
    }

    /// <summary>The rows of AWS's tables: format of the record, format of the pattern, what becomes of the record.</summary>
    [Theory]
    [InlineData(SourceKind.Queue, "text", TextPattern, true)]
    [InlineData(SourceKind.Queue, "text", OtherTextPattern, false)]
    [InlineData(SourceKind.Queue, "text", null, true)]
    [InlineData(SourceKind.Queue, "text", JsonPattern, false)]
    [InlineData(SourceKind.Queue, Json, TextPattern, false)]
    [InlineData(SourceKind.Queue, Json, """[{"prefix":"{"}]""", false)]
    [InlineData(SourceKind.Queue, Json, null, true)]
    [InlineData(SourceKind.Queue, Json, JsonPattern, true)]
    [InlineData(SourceKind.Queue, Json, OtherJsonPattern, false)]
    [InlineData(SourceKind.Queue, "{text", """[{"prefix":"{"}]""", true)]
    [InlineData(SourceKind.Queue, "text", """{"a":[{"exists":false}]}""", false)]
    [InlineData(SourceKind.Stream, Json, JsonPattern, true)]
    [InlineData(SourceKind.Stream, Json, OtherJsonPattern, false)]
    [InlineData(SourceKind.Stream, Json, null, true)]
    [InlineData(SourceKind.Stream, "text", JsonPattern, false)]
    [InlineData(SourceKind.Stream, "text", """{"a":[{"exists":false}]}""", false)]
    [InlineData(SourceKind.Stream, "text", null, true)]
    [InlineData(SourceKind.Kafka, "text", TextPattern, true)]
    [InlineData(SourceKind.Kafka, "text", OtherTextPattern, false)]
    [InlineData(SourceKind.Kafka, "text", null, true)]
    [InlineData(SourceKind.Kafka, "text", JsonPattern, true)]
    [InlineData(SourceKind.Kafka, Json, TextPattern, true)]
    [InlineData(SourceKind.Kafka, Json, null, true)]
    [InlineData(SourceKind.Kafka, Json, JsonPattern, true)]
    [InlineData(SourceKind.Kafka, Json, OtherJsonPattern, false)]
    [InlineData(SourceKind.RabbitMq, "text", TextPattern, true)]
    [InlineData(SourceKind.RabbitMq, "text", OtherTextPattern, false)]
    [InlineData(SourceKind.RabbitMq, "text", null, true)]
    [InlineData(SourceKind.RabbitMq, "text", JsonPattern, true)]
    [InlineData(SourceKind.RabbitMq, Json, TextPattern, true)]
    [InlineData(SourceKind.RabbitMq, Json, JsonPattern, true)]
    [InlineData(SourceKind.RabbitMq, Json, OtherJsonPattern, false)]
    public void Matches_FormatOfRecordAndPattern_FollowsTheTable(SourceKind kind, string data, string? pattern, bool passes)
    {
        var field = kind switch { SourceKind.Queue => "body", SourceKind.Kafka => "value", _ => "data" };
        const string metadata = "\"nowhere\":[{\"exists\":false}]";
        var filter = Patterns.Filter(kind, pattern is null ? $"{{{metadata}}}" : $"{{\"{field}\":{pattern},{metadata}}}");

        Assert.Equal(passes, filter.Matches(Patterns.Of(data)));
    }

    /// <summary>Where the data does not count, the other fields still do.</summary>
    [Fact]
    public void Matches_MismatchAndOtherField_TheOtherFieldDecides()
    {
        Assert.False(Patterns.Filter(SourceKind.Kafka, """{"value":{"a":[1]},"partition":[9]}""").Matches(Patterns.Of("text")));
        Assert.True(Patterns.Filter(SourceKind.Kafka, """{"value":{"a":[1]},"partition":[3]}""").Matches(Patterns.Of("text")));
    }

    [Theory]
    [InlineData(SourceKind.Queue, """{"body":["text"]}""", true)]
    [InlineData(SourceKind.Kafka, """{"value":["text"]}""", true)]
    [InlineData(SourceKind.RabbitMq, """{"data":["text"]}""", true)]
    [InlineData(SourceKind.Stream, """{"data":["text"]}""", false)]
    [InlineData(SourceKind.Stream, """{"$or":[{"data":["text"]},{"a":[1]}]}""", false)]
    public void Check_TextPattern_IsRefusedForStreamsOnly(SourceKind kind, string pattern, bool valid)
        => Assert.Equal(valid, new FilterValidator().Check(kind, pattern) is null);

    /// <summary>The examples of AWS's pages on filters of each source.</summary>
    [Theory]
    [InlineData(SourceKind.Stream, """{ "data": { "order": { "type": [ "buy" ] } } }""", """{"record":12345,"order":{"type":"buy","stock":"ANYCO","quantity":1000}}""", """{"order":{"type":"sell"}}""")]
    [InlineData(SourceKind.Queue, """{ "body": { "RequestCode": [ "BBBB" ] } }""", """{"RecordNumber":1234,"TimeStamp":"t","RequestCode":"BBBB"}""", """{"RequestCode":"AAAA"}""")]
    [InlineData(SourceKind.Queue, """{ "body": { "RecordNumber": [ { "numeric": [ ">", 100 ] } ] } }""", """{"RecordNumber":1234}""", """{"RecordNumber":99}""")]
    [InlineData(SourceKind.Queue, """{ "body": [ { "anything-but": [ "expired" ] } ] }""", "fresh", "expired")]
    [InlineData(SourceKind.Kafka, """{ "value": { "device_ID": [ { "prefix": "AB" } ] } }""", """{"device_ID":"AB1234","session":{"start_time":"t","duration":162}}""", """{"device_ID":"XB1234"}""")]
    [InlineData(SourceKind.Kafka, """{ "value": [ { "anything-but": [ "error" ] } ] }""", "fine", "error")]
    [InlineData(SourceKind.RabbitMq, """{ "data": { "timeout": [ { "numeric": [ ">", 10 ] } ] } }""", """{"timeout":11}""", """{"timeout":10}""")]
    [InlineData(SourceKind.RabbitMq, """{ "data": [ { "anything-but": "Error" } ] }""", "Result", "Error")]
    public void Matches_ExampleOfTheDocumentation_DoesWhatItSays(SourceKind kind, string pattern, string passing, string filtered)
    {
        var filter = Patterns.Filter(kind, pattern);

        Assert.True(filter.Matches(Patterns.Of(passing)));
        Assert.False(filter.Matches(Patterns.Of(filtered)));
    }

    /// <summary>EventBridge's own example of several operators at once.</summary>
    [Fact]
    public void Matches_ComplexExampleOfEventBridge_DoesWhatItSays()
    {
        const string pattern = """
            {"data":{"time":[{"prefix":"2017-10-02"}],"detail":{"state":[{"anything-but":"initializing"}],"c-count":[{"numeric":[">",0,"<=",5]}],
            "d-count":[{"numeric":["<",10]}],"x-limit":[{"anything-but":[100,200,300]}],"source-ip":[{"cidr":"10.0.0.0/8"}]}}}
            """;
        const string json = """
            {"version":"0","time":"2017-10-02T16:24:49Z","resources":["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"],
            "detail":{"c-count":5,"d-count":3,"x-limit":301.8,"source-ip":"10.0.0.33","state":"running"}}
            """;
        var filter = Patterns.Filter(SourceKind.Stream, pattern);

        Assert.True(filter.Matches(Patterns.Of(Encoding.UTF8.GetBytes(json))));
        Assert.False(filter.Matches(Patterns.Of(json.Replace("running", "initializing"))));
        Assert.False(filter.Matches(Patterns.Of(json.Replace("10.0.0.33", "11.0.0.33"))));
    }
}
