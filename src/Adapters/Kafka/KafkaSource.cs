using Confluent.Kafka;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.Kafka;

/// <summary>
/// One topic as a source. All its partitions share one consumer, which is assigned partitions by hand: the group has no
/// members, it only keeps offsets.
/// </summary>
internal sealed class KafkaSource(MappingConfig config, KafkaEnvironment environment) : ISource
{
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private volatile Connection? _connection;
    private bool _closed;

    /// <inheritdoc/>
    public ValueTask<SourceTraits> TraitsAsync(CancellationToken cancellation)
        => ValueTask.FromResult(new SourceTraits(SourceKind.Kafka, Ordered: true, BrokerKeepsPosition: false));

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ShardInfo>> ListShardsAsync(CancellationToken cancellation)
    {
        var partitions = await AskAsync(
            static (session, topic) => session.Describe(topic).Partitions.Select(p => p.PartitionId).Order().ToArray(), cancellation);
        return Array.ConvertAll(partitions, p => new ShardInfo(KafkaShards.Name(config.Topics![0], p)));
    }

    /// <inheritdoc/>
    public async ValueTask<long> ResolveAsync(string shard, StartAt at, CancellationToken cancellation)
        => await AskAsync((session, topic) => KafkaOffsets.Resolve(session.Consumer, topic, shard, at), cancellation);

    /// <inheritdoc/>
    public async ValueTask<IShardReader> OpenAsync(string shard, long next, CancellationToken cancellation)
    {
        var connection = await ConnectAsync(cancellation);
        var topic = connection.Target.Topic;
        var buffer = new PartitionBuffer(topic, KafkaShards.Partition(topic, shard), next);
        try
        {
            await connection.Poller.OpenAsync(buffer);
        }
        catch (Exception error) when (KafkaErrors.IsFailure(error))
        {
            throw KafkaErrors.From(error, topic, connection.Poller.LastError);
        }

        return new KafkaShardReader(buffer, connection.Poller, connection.Committer);
    }

    /// <inheritdoc/>
    public async ValueTask<long?> CountWaitingAsync(IReadOnlyDictionary<string, Checkpoint> done, CancellationToken cancellation)
        => await AskAsync((session, topic) => KafkaOffsets.CountWaiting(session, topic, done), cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _connecting.WaitAsync();
        try
        {
            _closed = true;
            if (_connection is { } connection)
            {
                _connection = null;
                await connection.Committer.DisposeAsync();
                await Task.Factory.StartNew(
                    connection.Poller.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
        }
        finally
        {
            _connecting.Release();
        }
    }

    private async Task<T> AskAsync<T>(Func<KafkaSession, string, T> ask, CancellationToken cancellation)
    {
        var connection = await ConnectAsync(cancellation);
        try
        {
            return await connection.Poller.AskAsync(session => ask(session, connection.Target.Topic), cancellation);
        }
        catch (Exception error) when (KafkaErrors.IsFailure(error))
        {
            throw KafkaErrors.From(error, connection.Target.Topic, connection.Poller.LastError);
        }
    }

    private async ValueTask<Connection> ConnectAsync(CancellationToken cancellation)
    {
        if (_connection is { } open)
        {
            return open;
        }

        await _connecting.WaitAsync(cancellation);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            return _connection ??= await MakeAsync(cancellation);
        }
        catch (Contracts.Errors.ServiceException error)
        {
            throw new SourceException(SourceErrorKind.Configuration, error.Message, error);
        }
        finally
        {
            _connecting.Release();
        }
    }

    private async Task<Connection> MakeAsync(CancellationToken cancellation)
    {
        var target = KafkaTarget.Of(config, environment.Config);
        var credentials = await KafkaCredentials.ReadAsync(target.Access, environment.Secrets, cancellation);
        var settings = KafkaClientSettings.For(target, credentials);
        var health = new KafkaHealth(config.Uuid, environment);
        var poller = new KafkaPoller(target.Topic, onError => KafkaSession.Open(settings, onError, health.Said), health);
        var committer = new OffsetCommitter(
            offsets => poller.AskAsync(
                session =>
                {
                    session.Consumer.Commit(offsets);
                    return true;
                },
                CancellationToken.None),
            target,
            environment);
        return new Connection(target, poller, committer);
    }

    private sealed record Connection(KafkaTarget Target, KafkaPoller Poller, OffsetCommitter Committer);
}
