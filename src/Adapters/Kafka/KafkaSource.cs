using Confluent.Kafka;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.Kafka;

/// <summary>
/// One topic as a source. All its partitions share one consumer, or as many as ProvisionedPollerConfig says, which are assigned
/// partitions by hand: the group has no members, it only keeps offsets.
/// </summary>
internal sealed class KafkaSource(MappingConfig config, KafkaEnvironment environment) : ISource
{
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private volatile Connection? _connection;
    private volatile MappingConfig _told = config;
    private bool _closed;

    /// <inheritdoc/>
    public ValueTask<SourceTraits> TraitsAsync(CancellationToken cancellation)
        => ValueTask.FromResult(new SourceTraits(SourceKind.Kafka, Ordered: true, BrokerKeepsPosition: false));

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ShardInfo>> ListShardsAsync(CancellationToken cancellation)
    {
        var partitions = await AskAsync(
            static (session, topic) => session.Describe(topic).Partitions.Select(p => p.PartitionId).Order().ToArray(), cancellation);
        _connection?.Pollers.NotePartitions(partitions.Length);
        return Array.ConvertAll(partitions, p => new ShardInfo(KafkaShards.Name(_told.Topics![0], p)));
    }

    /// <inheritdoc/>
    public async ValueTask<long> ResolveAsync(string shard, StartAt at, CancellationToken cancellation)
        => await AskAsync((session, topic) => KafkaOffsets.Resolve(session.Consumer, topic, shard, at), cancellation);

    /// <inheritdoc/>
    public async ValueTask<IShardReader> OpenAsync(string shard, long next, CancellationToken cancellation)
    {
        var connection = await ConnectAsync(cancellation);
        var topic = connection.Target.Topic;
        if (environment.Config.Cluster.Enabled && connection.Pollers is { Provisioned: true, KnowsPartitions: false })
        {
            await ListShardsAsync(cancellation);
        }

        var buffer = new PartitionBuffer(topic, KafkaShards.Partition(topic, shard), next);
        try
        {
            return new KafkaShardReader(await connection.Pollers.OpenAsync(buffer, cancellation), connection.Pollers, connection.Committer, Host);
        }
        catch (Exception error) when (KafkaErrors.IsFailure(error))
        {
            throw KafkaErrors.From(error, topic, connection.Pollers.First.LastError);
        }
    }

    /// <summary>The number of pollers follows; all else of a connection has a source of its own.</summary>
    public void Configure(MappingConfig changed)
    {
        if (changed.LastModifiedMs >= _told.LastModifiedMs)
        {
            _told = changed;
            _connection?.Pollers.Configure(changed.ProvisionedPollers);
        }
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
                await connection.Pollers.DisposeAsync();
            }
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <summary>What makes a poller's number unique: in a cluster every silo has a number 0.</summary>
    private string Host => environment.Config.Cluster.Enabled ? $"{Environment.MachineName}-{Environment.ProcessId}/" : "";

    private async Task<T> AskAsync<T>(Func<KafkaSession, string, T> ask, CancellationToken cancellation)
    {
        var connection = await ConnectAsync(cancellation);
        try
        {
            return await connection.Pollers.First.AskAsync(session => ask(session, connection.Target.Topic), cancellation);
        }
        catch (Exception error) when (KafkaErrors.IsFailure(error))
        {
            throw KafkaErrors.From(error, connection.Target.Topic, connection.Pollers.First.LastError);
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
            var made = _connection ??= await MakeAsync(cancellation);
            made.Pollers.Configure(_told.ProvisionedPollers); // it may have changed meanwhile
            return made;
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
        var target = KafkaTarget.Of(_told, environment.Config);
        var credentials = await KafkaCredentials.ReadAsync(target.Access, environment.Secrets, cancellation);
        var health = new KafkaHealth(_told.Uuid, environment);
        var pollers = new KafkaPollers(() => Poller(target, credentials, health), _told.ProvisionedPollers, environment.Time, health.NotScaled);
        var committer = new OffsetCommitter(
            offsets => pollers.First.AskAsync(
                session =>
                {
                    session.Consumer.Commit(offsets);
                    return true;
                },
                CancellationToken.None),
            target,
            environment);
        return new Connection(target, pollers, committer);
    }

    private KafkaPoller Poller(KafkaTarget target, KafkaCredentials credentials, KafkaHealth health)
    {
        var settings = KafkaClientSettings.For(target, credentials, _told.ProvisionedPollers is not null);
        return new KafkaPoller(target.Topic, onError => KafkaSession.Open(settings, onError, health.Said), health);
    }

    private sealed record Connection(KafkaTarget Target, KafkaPollers Pollers, OffsetCommitter Committer);
}
