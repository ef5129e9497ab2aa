namespace Dispatcher.Adapters.Sqlite;

/// <summary>Finds a time in a log.</summary>
internal static class LogTimes
{
    private const string TimeOf = "SELECT time_ms FROM records WHERE log = ? AND position = ?";

    /// <summary>
    /// The first position whose record came at or after a time; the next one where all are older. Positions have no gaps
    /// and times do not fall, so a binary search does; what was trimmed since counts as older.
    /// </summary>
    public static long Find(Connection connection, (LogView Log, long TimestampMs) wanted)
    {
        var (low, high) = (wanted.Log.First, wanted.Log.Next);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            using var select = connection.Use(TimeOf);
            var older = !select.Bind(1, wanted.Log.Id).Bind(2, middle).Step() || select.Long(0) < wanted.TimestampMs;
            (low, high) = older ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
