using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Postgres;

/// <summary>Records of one caller to append to one log; the result is the position of the first one.</summary>
internal sealed class LogAppendJob(string log, IReadOnlyList<LogAppend> records, CancellationToken cancellation)
    : GroupJob<long?>(Size(records), cancellation)
{
    /// <summary>The log.</summary>
    public string Log { get; } = log;

    /// <summary>What to append, not empty.</summary>
    public IReadOnlyList<LogAppend> Records { get; } = records;

    private static int Size(IReadOnlyList<LogAppend> records)
    {
        var bytes = 0;
        for (var i = 0; i < records.Count; i++)
        {
            bytes += records[i].Key.Length + records[i].Data.Length;
        }

        return bytes;
    }
}
