using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>Finds the position at which a new shard iterator begins.</summary>
internal sealed class IteratorStart(IStore store, KinesisErrors errors, TimeProvider time)
{
    /// <summary>The position that a GetShardIterator call asks for.</summary>
    /// <exception cref="ServiceException">The members of the call contradict each other or the shard.</exception>
    public async ValueTask<long> FindAsync(KinesisCall call, StreamConfig stream, StreamShard shard, CancellationToken cancellation)
    {
        var type = call.Need("ShardIteratorType");
        var sequence = call.Text("StartingSequenceNumber");
        if ((type is "AT_SEQUENCE_NUMBER" or "AFTER_SEQUENCE_NUMBER") == (sequence is null))
        {
            throw Contradiction(type, sequence is not null);
        }

        var log = stream.LogOf(shard.Id);
        var bounds = await store.Logs.BoundsAsync(log, cancellation) ?? throw errors.ShardNotFound(stream.Name, shard.Id);
        return type switch
        {
            "TRIM_HORIZON" => bounds.First,
            "LATEST" => bounds.Next,
            "AT_TIMESTAMP" => await store.Logs.FindAsync(log, Timestamp(call), cancellation),
            "AT_SEQUENCE_NUMBER" => Sequence(sequence!, stream, shard, bounds),
            _ => Sequence(sequence!, stream, shard, bounds) + 1,
        };
    }

    private long Sequence(string text, StreamConfig stream, StreamShard shard, LogBounds bounds)
    {
        if (!SequenceNumber.TryParse(text, out var position))
        {
            throw errors.BadSequence(stream.Name, shard.Id, text, foreign: false);
        }

        return position >= shard.FirstPosition && position <= bounds.Next
            ? position
            : throw errors.BadSequence(stream.Name, shard.Id, text, foreign: true);
    }

    private long Timestamp(KinesisCall call)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var atMs = call.Time("Timestamp") ?? throw ServiceException.Invalid(
            "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.");
        return atMs <= nowMs ? atMs : throw ServiceException.Invalid(
            "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: "
            + $"{atMs}, currentTimestampInMillis: {nowMs}");
    }

    private static ServiceException Contradiction(string type, bool given) => ServiceException.Invalid(
        "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or "
        + "LATEST and no StartingSequenceNumber. Request specified "
        + (given ? $"{type} and also a StartingSequenceNumber." : $"{type} and no StartingSequenceNumber."));
}
