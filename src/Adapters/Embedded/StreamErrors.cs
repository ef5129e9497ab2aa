using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Adapters.Embedded;

/// <summary>What can be wrong with a call, in AWS's words.</summary>
internal sealed class StreamErrors(DispatcherConfig config)
{
    public ServiceException StreamNotFound(string name)
        => ServiceException.NotFound($"Stream {name} under account {config.Account} not found.");

    public ServiceException StreamExists(string name)
        => new(ServiceErrorKind.InUse, $"Stream {name} under account {config.Account} already exists.");

    public ServiceException ShardNotFound(string stream, string shard)
        => ServiceException.NotFound($"Could not find shard {shard} in stream {stream} under account {config.Account}.");

    public ServiceException ShardClosed(string stream, string shard) => ServiceException.Invalid(
        $"Shard {shard} in stream {stream} under account {config.Account} has already been merged or split, "
        + "and thus is not eligible for merging or splitting.");

    public ServiceException BadSplit(string stream, StreamShard shard, UInt128 start) => ServiceException.Invalid(
        $"NewStartingHashKey {HashKeys.Format(start)} used in SplitShard() on shard {shard.Id} in stream {stream} under "
        + $"account {config.Account} is not both greater than one plus the shard's StartingHashKey {shard.StartHash} and "
        + $"less than the shard's EndingHashKey {shard.EndHash}.");

    public ServiceException NotAdjacent(string stream, string shard, string other) => ServiceException.Invalid(
        $"Shards {shard} and {other} in stream {stream} under account {config.Account} are not an adjacent pair of shards "
        + "eligible for merging");

    public ServiceException TooManyShards(int present, int more) => new(
        ServiceErrorKind.LimitExceeded,
        $"This request would exceed the shard limit for the account {config.Account} in {config.Region}. Current shard "
        + $"count for the account: {present}. Limit: {Limits.AccountShards}. Number of additional shards that would have "
        + $"resulted from this request: {more}.");

    public ServiceException StreamTooLong(string stream) => new(
        ServiceErrorKind.LimitExceeded,
        $"Stream {stream} under account {config.Account} has had {Limits.StreamShards} shards; closed ones go when their "
        + "records' retention has ended.");

    public ServiceException TooFar(string stream, int present, int target) => new(
        ServiceErrorKind.LimitExceeded,
        $"UpdateShardCount cannot scale up over double or scale down below half of your current open shard count. Stream "
        + $"{stream}: current open shard count {present}, target {target}.");

    public ServiceException SameCount(string stream, int target) => ServiceException.Invalid(
        $"TargetShardCount {target} of stream {stream} is the current shard count; it must be another one.");
}
