namespace Dispatcher.Adapters.Sqlite;

/// <summary>The order of the ids of queues, which is that of their bytes.</summary>
internal static class QueueNaming
{
    /// <summary>The first text that comes after all that begin with a prefix of ASCII.</summary>
    public static string Beyond(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);
}
