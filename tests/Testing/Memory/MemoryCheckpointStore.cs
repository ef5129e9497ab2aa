using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Memory;

internal sealed class MemoryCheckpointStore : ICheckpointStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ShardKey, (long Epoch, Checkpoint? Checkpoint)> _shards = [];

    public ValueTask SeedAsync(
        MappingId mapping, IReadOnlyDictionary<string, Checkpoint> first, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            foreach (var (shard, checkpoint) in first)
            {
                var key = new ShardKey(mapping, shard);
                var (epoch, stored) = _shards.GetValueOrDefault(key);
                _shards[key] = (epoch, stored ?? checkpoint);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<ShardLease> TakeAsync(ShardKey shard, string owner, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var (epoch, checkpoint) = _shards.GetValueOrDefault(shard);
            _shards[shard] = (epoch + 1, checkpoint);
            return new(new ShardLease(shard, epoch + 1, checkpoint));
        }
    }

    public ValueTask<IReadOnlyList<LeaseClaim>> ConfirmAsync(IReadOnlyList<LeaseClaim> claims, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new([.. claims.Where(one => !_shards.TryGetValue(one.Shard, out var stored) || stored.Epoch != one.Epoch)]);
        }
    }

    public ValueTask<CheckpointWrite> SaveAsync(
        ShardKey shard, long epoch, Checkpoint checkpoint, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (!_shards.TryGetValue(shard, out var stored) || stored.Epoch != epoch)
            {
                return new(CheckpointWrite.Fenced);
            }

            if (stored.Checkpoint?.Next > checkpoint.Next)
            {
                throw new InvalidOperationException(
                    $"the checkpoint of {shard} would move back from {stored.Checkpoint.Next} to {checkpoint.Next}");
            }

            _shards[shard] = (epoch, checkpoint);
            return new(CheckpointWrite.Saved);
        }
    }

    public ValueTask<IReadOnlyDictionary<string, Checkpoint>> ListAsync(MappingId mapping, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_shards
                .Where(one => one.Key.Mapping == mapping && one.Value.Checkpoint is not null)
                .ToDictionary(one => one.Key.Shard, one => one.Value.Checkpoint!));
        }
    }

    public ValueTask DeleteAsync(MappingId mapping, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            foreach (var shard in _shards.Keys.Where(one => one.Mapping == mapping).ToArray())
            {
                _shards.Remove(shard);
            }
        }

        return ValueTask.CompletedTask;
    }
}
