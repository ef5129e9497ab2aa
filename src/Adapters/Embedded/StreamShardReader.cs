using Dispatcher.Contracts;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Embedded;

/// <summary>Reads one shard of an embedded stream; waits inside the store, without polling.</summary>
internal sealed class StreamShardReader(StreamSource source, IRecordLogStore logs, string log, string shard, long next)
    : IShardReader
{
    private readonly CancellationTokenSource _gone = new();
    private string _log = log;
    private long _next = next;
    private bool _failed;

    public async ValueTask<RecordPage> ReadAsync(int maximum, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_gone.IsCancellationRequested, this);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _gone.Token);
        try
        {
            while (true)
            {
                if (await ReadOnceAsync(Math.Clamp(maximum, 1, Limits.ReadRecords), either.Token) is { } page)
                {
                    return page;
                }

                await logs.WaitAsync(_log, _next, either.Token);
            }
        }
        catch (SourceException)
        {
            _failed = true;
            throw;
        }
        catch (StoreException error)
        {
            _failed = true;
            throw new SourceException(SourceErrorKind.Unavailable, error.Message, error);
        }
    }

    public ValueTask CommitAsync(Checkpoint checkpoint, CancellationToken cancellation) => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _gone.CancelAsync();

    /// <summary>A page with something in it, or the first one after a failure, or null.</summary>
    private async ValueTask<RecordPage?> ReadOnceAsync(int maximum, CancellationToken cancellation)
    {
        var page = new RecordPage();
        var keep = false;
        try
        {
            if (!await logs.ReadAsync(_log, _next, maximum, Limits.ReadBytes, page, cancellation))
            {
                var follow = await source.FollowAsync(_log, shard, cancellation);
                page.EndOfShard = follow is null;
                _log = follow ?? _log;
            }

            keep = page.Count > 0 || page.EndOfShard || _failed;
            _failed = false;
            if (page.Count > 0)
            {
                _next = page.NextPosition;
            }
            else if (keep)
            {
                page.NextPosition = _next;
            }

            return keep ? page : null;
        }
        finally
        {
            if (!keep)
            {
                page.Dispose();
            }
        }
    }
}
