using System.Threading.Channels;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Postgres;

/// <summary>
/// Tells the other processes that logs changed, after the change is durable: notices inside the transactions of appends would
/// make the commits of all processes wait for each other. Several changes of a log meanwhile are one notice. A notice may be
/// lost with this process; the others look again by themselves every few seconds.
/// </summary>
internal sealed partial class LogNotifier(PostgresDatabase database, ILogger log) : IAsyncDisposable
{
    private const string Notify = $"SELECT pg_notify('{LogNotice.Channel}', payload) FROM unnest($1) AS g(payload)";
    private const int PayloadCharacters = 2_600; // PostgreSQL takes less than 8,000 bytes

    private readonly Lock _lock = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private Dictionary<string, LogNotice> _waiting = [];
    private Task _loop = Task.CompletedTask;

    /// <summary>Starts to send.</summary>
    public void Start() => _loop = Task.Run(LoopAsync);

    /// <summary>Sends a notice soon.</summary>
    public void Add(LogNotice notice)
    {
        lock (_lock)
        {
            var newer = !_waiting.TryGetValue(notice.Name, out var known) || known.State.Id <= notice.State.Id;
            if (newer && !(known.Gone && known.State.Id == notice.State.Id))
            {
                _waiting[notice.Name] = notice with { State = known.Name is null ? notice.State : known.State.With(notice.State) };
            }
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Sends what waits and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _signal.Writer.TryComplete();
        await _loop;
    }

    private async Task LoopAsync()
    {
        while (await _signal.Reader.WaitToReadAsync(CancellationToken.None))
        {
            _signal.Reader.TryRead(out _);
            await SendAsync();
        }
    }

    private async Task SendAsync()
    {
        Dictionary<string, LogNotice> notices;
        lock (_lock)
        {
            (notices, _waiting) = (_waiting, []);
        }

        try
        {
            await database.WriteAsync(
                Notify,
                all => all.With([.. notices.Values.Select(one => one.ToString()).Where(one => one.Length <= PayloadCharacters)]),
                CancellationToken.None);
        }
        catch (StoreException e)
        {
            NotNotified(notices.Count, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, EventName = "StoreNoticeLost",
        Message = "Other processes were not told that {Logs} logs changed; they see it some seconds later")]
    private partial void NotNotified(int logs, Exception exception);
}
