using Dispatcher.Contracts.Names;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Shards;

internal sealed partial class ShardRun
{
    [LoggerMessage(EventName = "ShardSourceFailed", Level = LogLevel.Warning, Message = "shard {Shard} cannot be read: {Reason} ({Untold} more times, of all shards of the mapping, since this was last logged)")]
    private static partial void LogSourceFailed(ILogger logger, ShardKey shard, string reason, int untold);

    [LoggerMessage(EventName = "ShardBroken", Level = LogLevel.Error, Message = "shard {Shard} broke and begins again from its checkpoint")]
    private static partial void LogBroken(ILogger logger, ShardKey shard, Exception error);

    [LoggerMessage(EventName = "ReportFailed", Level = LogLevel.Warning, Message = "shard {Shard} could not tell its mapping why it is broken")]
    private static partial void LogReportFailed(ILogger logger, ShardKey shard, Exception error);
}
