using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.Kafka;

/// <summary>Reads one partition out of its buffer.</summary>
internal sealed class KafkaShardReader(PartitionBuffer buffer, KafkaPoller poller, OffsetCommitter committer) : IShardReader
{
    private bool _disposed;

    /// <inheritdoc/>
    public async ValueTask<RecordPage> ReadAsync(int maximum, CancellationToken cancellation)
    {
        var page = await buffer.TakeAsync(maximum, cancellation);
        Interlocked.MemoryBarrier(); // what was taken is to be seen by a poll thread that is just setting Pressed
        if (buffer.Pressed)
        {
            poller.Wake();
        }

        return page;
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync(Checkpoint checkpoint, CancellationToken cancellation)
    {
        committer.Post(buffer.Name.Partition.Value, checkpoint.Next);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        buffer.Close();
        try
        {
            await poller.CloseAsync(buffer);
        }
        catch (ObjectDisposedException)
        {
            // The source was closed first, and the partition with it.
        }
    }
}
