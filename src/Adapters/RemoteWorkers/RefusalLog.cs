using System.Net;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.RemoteWorkers;

/// <summary>Logs refused workers, one line a second at most: who knocks without a token shall not fill the log.</summary>
internal sealed partial class RefusalLog(TimeProvider clock, ILogger<RefusalLog> log)
{
    private long _second = -1;

    /// <summary>A request came without the token of a function.</summary>
    public void WrongToken(IPAddress? from)
    {
        if (IsNewSecond())
        {
            LogWrongToken(from);
        }
    }

    /// <summary>A worker came to a function that has as many as it may.</summary>
    public void Full(string version)
    {
        if (IsNewSecond())
        {
            LogFull(version);
        }
    }

    private bool IsNewSecond()
    {
        var second = clock.GetTimestamp() / clock.TimestampFrequency;
        return Interlocked.Exchange(ref _second, second) != second;
    }

    [LoggerMessage(1, LogLevel.Warning, "A remote worker at {Address} shows no token, or one of no function", EventName = "RemoteWorkerRefused")]
    private partial void LogWrongToken(IPAddress? address);

    [LoggerMessage(2, LogLevel.Warning, "{Version}: no more remote workers may connect (setting RemoteWorkers:MaximumPerFunction)",
        EventName = "RemoteWorkersFull")]
    private partial void LogFull(string version);
}
