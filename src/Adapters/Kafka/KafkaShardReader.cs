using System.Globalization;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.Kafka;

/// <summary>Reads one partition out of its buffer.</summary>
internal sealed class KafkaShardReader(OpenPartition partition, KafkaPollers pollers, OffsetCommitter committer, string host) : IShardReader
{
    private readonly PartitionBuffer _buffer = partition.Buffer;
    private bool _disposed;

    /// <inheritdoc/>
    public string? Poller => pollers.Provisioned ? string.Create(CultureInfo.InvariantCulture, $"{host}{partition.Slot.Number}") : null;

    /// <inheritdoc/>
    public async ValueTask<RecordPage> ReadAsync(int maximum, CancellationToken cancellation)
    {
        var page = await _buffer.TakeAsync(maximum, cancellation);
        Interlocked.MemoryBarrier(); // what was taken is to be seen by a poll thread that is just setting Pressed
        if (_buffer.Pressed)
        {
            partition.Slot.Poller.Wake();
        }

        return page;
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync(Checkpoint checkpoint, CancellationToken cancellation)
    {
        committer.Post(_buffer.Name.Partition.Value, checkpoint.Next);
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
        _buffer.Close();
        try
        {
            await pollers.CloseAsync(partition);
        }
        catch (ObjectDisposedException)
        {
            // The source was closed first, and the partition with it.
        }
    }
}
