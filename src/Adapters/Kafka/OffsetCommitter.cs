using System.Threading.Channels;
using Confluent.Kafka;
using Dispatcher.Contracts.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Kafka;

/// <summary>
/// Commits the offsets of all partitions to the consumer group: one request at a time, the newest offset of each
/// partition, no more often than <see cref="KafkaTimes.CommitPace"/>. A failed one is counted and tried again with the
/// next. The group's offsets are for others to see; the checkpoint in the store is what counts.
/// </summary>
internal sealed partial class OffsetCommitter : IAsyncDisposable
{
    private readonly Func<IReadOnlyList<TopicPartitionOffset>, Task> _commit;
    private readonly KafkaTarget _target;
    private readonly KafkaEnvironment _environment;
    private readonly ILogger _logger;
    private readonly RepeatLimit _limit;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, long> _pending = [];
    private readonly Dictionary<int, long> _committed = [];
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropWrite,
    });

    private readonly CancellationTokenSource _stopWaiting = new();
    private readonly Task _loop;

    /// <summary>Starts with nothing to commit.</summary>
    /// <param name="commit">Sends one commit; throws <see cref="KafkaException"/> or what a closed client throws.</param>
    /// <param name="target">The topic.</param>
    /// <param name="environment">Clock and instruments.</param>
    public OffsetCommitter(
        Func<IReadOnlyList<TopicPartitionOffset>, Task> commit, KafkaTarget target, KafkaEnvironment environment)
    {
        (_commit, _target, _environment) = (commit, target, environment);
        _logger = environment.Loggers.CreateLogger<OffsetCommitter>();
        _limit = new RepeatLimit(environment.Time, KafkaTimes.LogPace);
        _loop = RunAsync();
    }

    /// <summary>Notes that everything below an offset of a partition is done. Returns at once.</summary>
    public void Post(int partition, long next)
    {
        lock (_gate)
        {
            if (_committed.TryGetValue(partition, out var done) && done == next)
            {
                return;
            }

            _pending[partition] = next;
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Commits what is left and ends; does not try again what fails now.</summary>
    public async ValueTask DisposeAsync()
    {
        _signal.Writer.TryComplete();
        await _stopWaiting.CancelAsync();
        await _loop;
        _stopWaiting.Dispose();
    }

    private async Task RunAsync()
    {
        var ok = true;
        while (await _signal.Reader.WaitToReadAsync(CancellationToken.None))
        {
            _signal.Reader.TryRead(out _);
            ok = await CommitPendingAsync();
            if (!ok)
            {
                _signal.Writer.TryWrite(true);
            }

            await PauseAsync(ok ? KafkaTimes.CommitPace : KafkaTimes.Retry);
        }

        if (ok)
        {
            await CommitPendingAsync();
        }
    }

    private async Task<bool> CommitPendingAsync()
    {
        var offsets = TakePending();
        if (offsets.Count == 0)
        {
            return true;
        }

        try
        {
            await _commit(offsets);
            Committed(offsets);
            return true;
        }
        catch (Exception error) when (error is KafkaException or ObjectDisposedException)
        {
            if (_limit.Admit(nameof(LogCommitFailed), out var untold))
            {
                LogCommitFailed(_target.Group, _target.Topic, error.Message, untold);
            }

            _environment.Instruments.Failed(_target.Mapping, "CommitErrorCount");
            PutBack(offsets);
            return false;
        }
    }

    private List<TopicPartitionOffset> TakePending()
    {
        lock (_gate)
        {
            var offsets = new List<TopicPartitionOffset>(_pending.Count);
            foreach (var (partition, next) in _pending)
            {
                offsets.Add(new TopicPartitionOffset(_target.Topic, new Partition(partition), new Offset(next)));
            }

            _pending.Clear();
            return offsets;
        }
    }

    private void Committed(List<TopicPartitionOffset> offsets)
    {
        lock (_gate)
        {
            foreach (var offset in offsets)
            {
                _committed[offset.Partition.Value] = offset.Offset.Value;
            }
        }
    }

    private void PutBack(List<TopicPartitionOffset> offsets)
    {
        lock (_gate)
        {
            foreach (var offset in offsets)
            {
                _pending.TryAdd(offset.Partition.Value, offset.Offset.Value);
            }
        }
    }

    private async Task PauseAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, _environment.Time, _stopWaiting.Token);
        }
        catch (OperationCanceledException)
        {
            // Being closed: what is left is committed without a pause.
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        EventName = "KafkaCommitFailed",
        Message = "Offsets of group {Group}, topic {Topic}, could not be committed and will be again: {Reason} ({Untold} more times since this was last logged)")]
    private partial void LogCommitFailed(string group, string topic, string reason, int untold);
}
