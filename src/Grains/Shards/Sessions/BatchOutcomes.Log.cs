using Dispatcher.Contracts.Names;
using Dispatcher.Pipeline.Shards;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Shards.Sessions;

internal sealed partial class BatchOutcomes
{
    [LoggerMessage(EventName = "BatchFailed", Level = LogLevel.Warning, Message = "shard {Shard}: an invocation with {Records} records failed, request {RequestId}: {Error}")]
    private static partial void LogFailed(ILogger logger, ShardKey shard, int records, Guid requestId, string error);

    [LoggerMessage(EventName = "BatchNotRun", Level = LogLevel.Warning, Message = "shard {Shard}: the function could not be run: {Error} ({Untold} more times since this was last logged)")]
    private static partial void LogNotRun(ILogger logger, ShardKey shard, string error, int untold);

    [LoggerMessage(EventName = "BatchDropped", Level = LogLevel.Error, Message = "shard {Shard}: {Records} records are given up ({Reason}) and there is no destination for them; last error: {Error}")]
    private static partial void LogDropped(ILogger logger, ShardKey shard, int records, GiveUpReason? reason, string? error);

    [LoggerMessage(EventName = "WindowGivenUp", Level = LogLevel.Error, Message = "shard {Shard}: the final invocation of the window from {WindowStartMs} is given up ({Reason}) and its state is lost; last error: {Error}")]
    private static partial void LogWindowGivenUp(ILogger logger, ShardKey shard, long windowStartMs, GiveUpReason? reason, string? error);

    [LoggerMessage(EventName = "HandOverFailed", Level = LogLevel.Warning, Message = "shard {Shard}: the on-failure destination could not take a batch and is tried again: {Error} ({Untold} more times since this was last logged)")]
    private static partial void LogHandOverFailed(ILogger logger, ShardKey shard, string error, int untold);
}
