using Dispatcher.Contracts.Errors;

namespace Dispatcher.Contracts.Streams;

/// <summary>
/// Port of the embedded streams: their documents and their writes. Reads go to <see cref="Store.IRecordLogStore"/> by
/// <see cref="StreamConfig.LogOf"/>. A stream that an interrupted call left half done is finished before anything else is
/// done with it. Errors of the caller are <see cref="ServiceException"/>s with AWS's texts.
/// </summary>
public interface IStreams
{
    /// <summary>Creates a stream; it is ACTIVE when the call ends.</summary>
    /// <param name="stream">Name, mode, tags; the rest is filled in.</param>
    /// <param name="shards">Open shards to begin with, 1 or more.</param>
    /// <param name="cancellation">Stops the call; what was begun is finished by the next one.</param>
    /// <exception cref="ServiceException">InUse where there is one of that name; LimitExceeded.</exception>
    ValueTask CreateAsync(StreamDraft stream, int shards, CancellationToken cancellation);

    /// <summary>Deletes a stream with all its records.</summary>
    /// <exception cref="ServiceException">NotFound.</exception>
    ValueTask DeleteAsync(string name, CancellationToken cancellation);

    /// <summary>The stream, or null.</summary>
    ValueTask<StreamConfig?> FindAsync(string name, CancellationToken cancellation);

    /// <summary>The stream.</summary>
    /// <exception cref="ServiceException">NotFound.</exception>
    ValueTask<StreamConfig> GetAsync(string name, CancellationToken cancellation);

    /// <summary>Streams in the order of their names, above <paramref name="after"/>.</summary>
    ValueTask<IReadOnlyList<StreamConfig>> ListAsync(string? after, int maximum, CancellationToken cancellation);

    /// <summary>Changes settings of a stream (retention, tags, mode), not its shards. The function may be called again.</summary>
    /// <exception cref="ServiceException">NotFound, or what <paramref name="change"/> throws.</exception>
    ValueTask<StreamConfig> ChangeAsync(string name, Func<StreamConfig, StreamConfig> change, CancellationToken cancellation);

    /// <summary>Splits an open shard in two at a hash key.</summary>
    /// <exception cref="ServiceException">NotFound (stream, shard), InvalidParameterValue (closed, key out of range).</exception>
    ValueTask SplitAsync(string name, string shard, UInt128 newStart, CancellationToken cancellation);

    /// <summary>Merges two open shards whose hash ranges touch.</summary>
    /// <exception cref="ServiceException">NotFound (stream, shard), InvalidParameterValue (closed, not adjacent).</exception>
    ValueTask MergeAsync(string name, string shard, string adjacent, CancellationToken cancellation);

    /// <summary>Splits and merges until there are that many open shards of the same size. Returns the stream as it was.</summary>
    /// <exception cref="ServiceException">NotFound, InvalidParameterValue, LimitExceeded.</exception>
    ValueTask<StreamConfig> ResizeAsync(string name, int shards, CancellationToken cancellation);

    /// <summary>
    /// Puts records; those of one shard are stored together, in their order, and are durable when the call ends. A record
    /// that could not be stored has an error in its result.
    /// </summary>
    /// <param name="name">The stream.</param>
    /// <param name="records">The records.</param>
    /// <param name="results">Filled with one result for each record.</param>
    /// <param name="cancellation">Stops the waiting; records may be stored all the same.</param>
    /// <exception cref="ServiceException">NotFound; no record was stored.</exception>
    ValueTask PutAsync(
        string name, ReadOnlyMemory<StreamPut> records, Memory<StreamPutResult> results, CancellationToken cancellation);
}
