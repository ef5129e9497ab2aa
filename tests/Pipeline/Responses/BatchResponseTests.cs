using System.Text;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;
using Dispatcher.Pipeline.Responses;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Pipeline.Tests.Responses;

public sealed class BatchResponseTests
{
    private static readonly string Second = SequenceNumber.Format(11);
    private static readonly string Third = SequenceNumber.Format(12);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("{}")]
    [InlineData("""{"other":[1,{"batchItemFailures":[{}]}]}""")]
    [InlineData("""{"batchItemFailures":[]}""")]
    [InlineData("""{"batchItemFailures":null}""")]
    public void Read_NothingReported_IsSuccess(string answer) => Assert.IsType<BatchResult.Succeeded>(Read(answer, SourceKind.Stream));

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{")]
    [InlineData("""{"batchItemFailures":[]""")]
    [InlineData("""{"batchItemFailures":[]} x""")]
    [InlineData("5")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("""{"batchItemFailures":{}}""")]
    [InlineData("""{"batchItemFailures":[1]}""")]
    [InlineData("""{"batchItemFailures":[{}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":""}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":null}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemidentifier":"1"}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"99"}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":{"partition":"t-0","offset":10}}]}""")]
    public void Read_NotUnderstood_FailsTheWholeBatch(string answer) => Assert.IsType<BatchResult.Failed>(Read(answer, SourceKind.Stream));

    [Fact]
    public void Read_DeepNesting_FailsTheWholeBatch()
        => Assert.IsType<BatchResult.Failed>(Read("{\"a\":" + new string('[', 100_000) + new string(']', 100_000) + "}", SourceKind.Stream));

    [Fact]
    public void Read_Stream_GoesOnAtTheLowestReportedRecord()
    {
        var result = Read($$"""{"batchItemFailures":[{"itemIdentifier":"{{Third}}"},{"itemIdentifier":"{{Second}}"}]}""", SourceKind.Stream);
        Assert.Equal(1, Assert.IsType<BatchResult.FailedFrom>(result).FirstFailed);
        Assert.Null(((BatchResult.FailedFrom)result).Failure.FunctionError);
    }

    [Fact]
    public void Read_StreamOneUnknownAmongKnown_FailsTheWholeBatch()
        => Assert.IsType<BatchResult.Failed>(Read($$"""{"batchItemFailures":[{"itemIdentifier":"{{Second}}"},{"itemIdentifier":"x"}]}""", SourceKind.Stream));

    [Fact]
    public void Read_Kafka_TakesTheIdentifierObject()
    {
        var result = Read("""{"batchItemFailures":[{"itemIdentifier":{"partition":"t-0","offset":12}}]}""", SourceKind.Kafka);
        Assert.Equal(2, Assert.IsType<BatchResult.FailedFrom>(result).FirstFailed);
    }

    [Theory]
    [InlineData("""{"partition":"t-1","offset":12}""")]
    [InlineData("""{"partition":"t-0","offset":13}""")]
    [InlineData("""{"partition":"t-0","offset":"12"}""")]
    [InlineData("""{"offset":12}""")]
    [InlineData("""{"partition":"t-0"}""")]
    [InlineData("\"12\"")]
    public void Read_KafkaUnknownPartitionOrOffset_FailsTheWholeBatch(string id)
        => Assert.IsType<BatchResult.Failed>(Read($$"""{"batchItemFailures":[{"itemIdentifier":{{id}}}]}""", SourceKind.Kafka));

    [Fact]
    public void Read_RabbitMq_FailsOnlyTheNamedMessages()
    {
        var result = Read("""{"batchItemFailures":[{"itemIdentifier":"m10"},{"itemIdentifier":"m12"}]}""", SourceKind.RabbitMq);
        Assert.Equal([0, 2], Assert.IsType<BatchResult.FailedSome>(result).FailedIndexes.Order());
    }

    private static BatchResult Read(string answer, SourceKind kind)
    {
        Record[] records = [.. new long[] { 10, 11, 12 }.Select(p => new Record(p, default, default, 0, Detail: new AmqpDetail { MessageId = $"m{p}" }))];
        return BatchResponse.Read(Encoding.UTF8.GetBytes(answer), records, kind, "t-0", Guid.Empty, "$LATEST");
    }
}
