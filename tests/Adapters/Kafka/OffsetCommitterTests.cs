using System.Threading.Channels;
using Confluent.Kafka;
using Dispatcher.Adapters.Kafka;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dispatcher.Adapters.Tests.Kafka;

public sealed class OffsetCommitterTests : IDisposable
{
    private static readonly KafkaTarget s_target = new("m", "s:1", "t", "g", null, []);

    private readonly Instruments _instruments = new();
    private readonly Channel<(IReadOnlyList<TopicPartitionOffset> Offsets, TaskCompletionSource Answer)> _commits =
        Channel.CreateUnbounded<(IReadOnlyList<TopicPartitionOffset>, TaskCompletionSource)>();

    public void Dispose() => _instruments.Dispose();

    [Fact]
    public async Task Post_WhileACommitRuns_SendsOnlyTheNewestAfterIt()
    {
        var committer = Start();
        committer.Post(0, 1);
        var first = await _commits.Reader.ReadAsync();
        Assert.Equal("0@1", Text(first.Offsets));

        committer.Post(0, 2);
        committer.Post(1, 5);
        committer.Post(0, 3);
        Assert.False(_commits.Reader.TryRead(out _));
        first.Answer.SetResult();

        var second = await _commits.Reader.ReadAsync();
        Assert.Equal("0@3 1@5", Text(second.Offsets));
        second.Answer.SetResult();
        await committer.DisposeAsync();
    }

    [Fact]
    public async Task Post_CommitFails_IsSentAgainUnlessThereIsANewerOne()
    {
        var committer = Start();
        committer.Post(0, 1);
        committer.Post(1, 1);
        var first = await _commits.Reader.ReadAsync();
        committer.Post(0, 2);
        if (first.Offsets.Count == 1)
        {
            // The loop was quicker than the second Post.
            first.Answer.SetResult();
            first = await _commits.Reader.ReadAsync();
        }

        first.Answer.SetException(new KafkaException(new Error(ErrorCode.GroupCoordinatorNotAvailable, "refused")));

        var second = await _commits.Reader.ReadAsync();
        Assert.Equal("0@2 1@1", Text(second.Offsets));
        second.Answer.SetResult();
        await committer.DisposeAsync();
    }

    [Fact]
    public async Task Dispose_WithOffsetsLeft_CommitsThemOnce()
    {
        var committer = Start();
        committer.Post(0, 1);
        var first = await _commits.Reader.ReadAsync();
        committer.Post(0, 9);
        var disposing = committer.DisposeAsync().AsTask();
        first.Answer.SetResult();

        var last = await _commits.Reader.ReadAsync();
        Assert.Equal("0@9", Text(last.Offsets));
        last.Answer.SetException(new KafkaException(new Error(ErrorCode.GroupCoordinatorNotAvailable, "refused")));
        await disposing;
        Assert.False(_commits.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Post_CommittedAlready_SendsNothing()
    {
        var committer = Start();
        committer.Post(0, 1);
        (await _commits.Reader.ReadAsync()).Answer.SetResult();
        committer.Post(1, 1);
        (await _commits.Reader.ReadAsync()).Answer.SetResult();

        committer.Post(0, 1);
        await committer.DisposeAsync();

        Assert.False(_commits.Reader.TryRead(out _));
    }

    private static string Text(IEnumerable<TopicPartitionOffset> offsets)
        => string.Join(' ', offsets.OrderBy(o => o.Partition.Value).Select(o => $"{o.Partition.Value}@{o.Offset.Value}"));

    private OffsetCommitter Start() => new(
        offsets =>
        {
            var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Assert.True(_commits.Writer.TryWrite((offsets, answer)));
            return answer.Task;
        },
        s_target,
        new KafkaEnvironment(new DispatcherConfig(), new FakeSecrets(), _instruments, NullLoggerFactory.Instance, TimeProvider.System));
}
