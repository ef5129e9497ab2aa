using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>
/// A queue as a source. Its shards are consumers: as many as the mapping's minimum of pollers, one by default. A stream has
/// one shard, because each of its consumers would get every message.
/// </summary>
internal sealed class RabbitMqSource(
    Func<RabbitMqPlan> plan, Func<RabbitMqPlan, RabbitMqConnection> connect, RabbitMqSurroundings around) : ISource
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private RabbitMqConnection? _connection;
    private QueueKind? _kind;
    private bool _disposed;

    /// <inheritdoc/>
    public async ValueTask<SourceTraits> TraitsAsync(CancellationToken cancellation)
        => new(SourceKind.RabbitMq, Ordered: false, BrokerKeepsPosition: await KindAsync(cancellation) == QueueKind.Queue);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ShardInfo>> ListShardsAsync(CancellationToken cancellation)
    {
        var kind = await KindAsync(cancellation);
        if (Connection().Failure is { } failure)
        {
            // The shards connect again by themselves; until then the mapping shows that nothing can be read.
            throw new SourceException(failure.Kind, failure.Message, failure);
        }

        var queue = Connection().Plan;
        var shards = new ShardInfo[kind == QueueKind.Stream ? 1 : queue.Consumers];
        for (var i = 0; i < shards.Length; i++)
        {
            shards[i] = new ShardInfo($"{queue.Queue}#{i}");
        }

        return shards;
    }

    /// <inheritdoc/>
    public async ValueTask<long> ResolveAsync(string shard, StartAt at, CancellationToken cancellation)
        => await KindAsync(cancellation) == QueueKind.Stream
            ? await new StreamOffsets(Connection(), around.Time).ResolveAsync(at, cancellation)
            : 0;

    /// <inheritdoc/>
    public async ValueTask<IShardReader> OpenAsync(string shard, long next, CancellationToken cancellation)
    {
        var kind = await KindAsync(cancellation);
        return new RabbitMqReader(Connection(), kind, shard, next, around);
    }

    /// <summary>Messages that are ready. How far a stream is behind its end cannot be asked.</summary>
    public async ValueTask<long?> CountWaitingAsync(IReadOnlyDictionary<string, Checkpoint> done, CancellationToken cancellation)
        => await KindAsync(cancellation) == QueueKind.Stream ? null : await QueueProbe.CountReadyAsync(Connection(), cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync(CancellationToken.None);
        _disposed = true;
        var connection = _connection;
        _connection = null;
        _gate.Release();
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }

    /// <summary>What the queue is; asked once.</summary>
    private async ValueTask<QueueKind> KindAsync(CancellationToken cancellation)
    {
        if (_kind is { } known)
        {
            return known;
        }

        await _gate.WaitAsync(cancellation);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_kind is null)
            {
                var connection = _connection ??= Connect();
                _kind = await QueueProbe.LookAsync(connection, cancellation);
                RabbitMqLog.Found(around.Log, connection.Plan.Mapping, connection.Plan.Queue, _kind.Value);
            }

            return _kind.Value;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The connection, which is there once the kind is known.</summary>
    private RabbitMqConnection Connection()
        => _connection ?? throw new ObjectDisposedException(nameof(RabbitMqSource));

    /// <summary>A mapping that was made under another configuration may no longer fit the present one.</summary>
    private RabbitMqConnection Connect()
    {
        try
        {
            return connect(plan());
        }
        catch (ServiceException e)
        {
            throw new SourceException(SourceErrorKind.Configuration, e.Message, e);
        }
    }
}
