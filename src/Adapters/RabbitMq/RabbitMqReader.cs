using Dispatcher.Contracts;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Retries;
using Dispatcher.Contracts.Sources;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>
/// Reads a queue as one consumer, over as many lives of its channel as it takes. Positions of a queue are a running number
/// that goes on over them; positions of a stream are its offsets.
/// </summary>
internal sealed class RabbitMqReader(
    RabbitMqConnection connection, QueueKind kind, string shard, long next, RabbitMqSurroundings around) : IShardReader
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(Limits.RabbitMqBackoffMs);

    private int _failures;
    private bool _failed;
    private long _next = next;
    private ConsumerSession? _session;
    private volatile bool _disposed;

    /// <inheritdoc/>
    public string? Poller => connection.Plan.Provisioned ? shard : null;

    /// <inheritdoc/>
    public async ValueTask<RecordPage> ReadAsync(int maximum, CancellationToken cancellation)
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var session = _session ??= await OpenAsync(cancellation);
            if (_failed)
            {
                _failed = false;
                return new RecordPage { NextPosition = _next };
            }

            if (await session.TakeAsync(maximum, cancellation) is { } page)
            {
                _failures = 0;
                _next = page.NextPosition;
                return page;
            }

            await EndAsync(session);
        }
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync(Checkpoint checkpoint, CancellationToken cancellation)
        => _session is { } session ? session.AcknowledgeAsync(checkpoint, cancellation) : ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        if (_session is { } session)
        {
            _session = null;
            await session.DisposeAsync();
        }
    }

    private async ValueTask<ConsumerSession> OpenAsync(CancellationToken cancellation)
    {
        // After a read that failed the caller has waited already.
        if (_failures > 0 && !_failed)
        {
            await Task.Delay(Backoff.Wait(_failures, FirstWait, LongestWait, around.Random), around.Time, cancellation);
        }

        try
        {
            var session = await ConsumerSession.OpenAsync(connection, kind, shard, _next, around.Time, cancellation);
            if (_disposed)
            {
                await session.DisposeAsync();
                throw new ObjectDisposedException(nameof(RabbitMqReader));
            }

            RabbitMqLog.Consuming(around.Log, connection.Plan.Mapping, shard, connection.Plan.Queue);
            return session;
        }
        catch (SourceException)
        {
            _failures++;
            _failed = true;
            throw;
        }
    }

    private async ValueTask EndAsync(ConsumerSession session)
    {
        if (_disposed)
        {
            return;
        }

        RabbitMqLog.Ended(around.Log, connection.Plan.Mapping, shard, session.EndReason ?? "");
        if (!session.Delivered)
        {
            _failures++;
        }

        _session = null;
        await session.DisposeAsync();
    }
}
