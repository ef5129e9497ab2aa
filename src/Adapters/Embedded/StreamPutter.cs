using System.Collections.Concurrent;
using Dispatcher.Contracts.Store;
using Dispatcher.Contracts.Streams;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Embedded;

/// <summary>
/// Puts records into shards. It works from a cached reading of the stream: a shard that was closed or deleted since refuses
/// the records, and then the stream is read again.
/// </summary>
internal sealed partial class StreamPutter(
    IStore store, StreamFinisher finisher, StreamErrors errors, ILogger<StreamPutter> logger)
{
    /// <summary>Readings of the stream for one put; more reshards than this during one put mean that something is broken.</summary>
    private const int Attempts = 10;

    private const string Failure = "Internal service failure.";

    private readonly ConcurrentDictionary<string, StreamRoutes> _routes = new();
    private volatile bool _failing;

    /// <summary>Reads the stream again at the next put.</summary>
    public void Forget(string name) => _routes.TryRemove(name, out _);

    public async ValueTask PutAsync(
        string name, ReadOnlyMemory<StreamPut> records, Memory<StreamPutResult> results, CancellationToken cancellation)
    {
        using var batch = new PutBatch(records, results);
        for (var attempt = 0; attempt < Attempts && batch.Left > 0; attempt++)
        {
            if (await RoutesAsync(name, cancellation) is not { } routes)
            {
                if (batch.Left == records.Length)
                {
                    throw errors.StreamNotFound(name);
                }

                break;
            }

            batch.Sort(routes);
            cancellation.ThrowIfCancellationRequested();
            await AppendAsync(batch, routes);
            if (batch.Left > 0)
            {
                _routes.TryRemove(KeyValuePair.Create(name, routes));
            }
        }

        batch.FailRest(Failure);
    }

    private async ValueTask<StreamRoutes?> RoutesAsync(string name, CancellationToken cancellation)
    {
        if (_routes.TryGetValue(name, out var known))
        {
            return known;
        }

        if (await finisher.FindAsync(name, cancellation) is not { } found)
        {
            return null;
        }

        return _routes[name] = new StreamRoutes(found.Value);
    }

    /// <summary>
    /// Appends to all shards at once, so that the store commits them together. It is not cancelled on the way: until an
    /// append has ended the store reads the caller's memory.
    /// </summary>
    private async ValueTask AppendAsync(PutBatch batch, StreamRoutes routes)
    {
        var groups = batch.Groups;
        var pending = new ValueTask<long?>[groups.Count];
        for (var i = 0; i < groups.Count; i++)
        {
            var appends = batch.Appends(groups[i]);
            pending[i] = store.Logs.AppendAsync(routes.Logs[groups[i].Shard], appends, CancellationToken.None);
        }

        for (var i = 0; i < groups.Count; i++)
        {
            try
            {
                batch.Settle(groups[i], routes.Shards[groups[i].Shard], await pending[i]);
                _failing = false;
            }
            catch (Exception error)
            {
                batch.Fail(groups[i], error is StoreException store ? $"Internal service failure: {store.Message}" : Failure);
                if (!Interlocked.Exchange(ref _failing, true))
                {
                    LogPutFailed(logger, error, routes.Logs[groups[i].Shard], groups[i].Count);
                }
            }
        }

        batch.Drop();
    }
}
