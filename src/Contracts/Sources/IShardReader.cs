using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Records;

namespace Dispatcher.Contracts.Sources;

/// <summary>Reads one shard. Used by one shard grain only: never two calls of <see cref="ReadAsync"/> at a time.</summary>
public interface IShardReader : IAsyncDisposable
{
    /// <summary>
    /// The name of the poller that reads the shard now, unique within the mapping; it may change. Null where the mapping does not say
    /// how many pollers there are (ProvisionedPollerConfig).
    /// </summary>
    string? Poller => null;

    /// <summary>
    /// Waits until there is at least one record (or the end of the shard) and hands over a page of up to
    /// <paramref name="maximum"/> records, which is then the caller's. While nobody calls it, the source reads ahead no
    /// more than a bounded amount and pauses the partition. It never waits by polling at a rate that costs an idle core.
    /// After a read that failed a page may be empty: it says that the source can be read again, though there is nothing to read.
    /// </summary>
    /// <exception cref="SourceException">The source failed; the reader is still usable and the call may be repeated.</exception>
    ValueTask<RecordPage> ReadAsync(int maximum, CancellationToken cancellation);

    /// <summary>
    /// Tells the source what is done and saved: a Kafka group commit, RabbitMQ acknowledgements (everything below
    /// <see cref="Checkpoint.Next"/> with one multiple acknowledgement, finished ranges singly), nothing for streams.
    /// Safe to call with the same checkpoint twice.
    /// </summary>
    ValueTask CommitAsync(Checkpoint checkpoint, CancellationToken cancellation);

    /// <summary>
    /// Gives records back: the source must not take them for done, though the next checkpoint does. Called only
    /// where <see cref="SourceTraits.TakesBack"/> is set, always before the checkpoint that passes the records. Only notes it;
    /// what there is to do happens with the next <see cref="CommitAsync"/>.
    /// </summary>
    void Return(IReadOnlyList<ReturnedRecord> records)
        => throw new NotSupportedException("this source takes nothing back");
}
