using System.Threading.Channels;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Postgres;

/// <summary>
/// Tells the other processes that logs and queues changed, after the change is durable: notices inside the transactions of appends would
/// make the commits of all processes wait for each other. Several changes of one meanwhile are one notice. A notice may be
/// lost with this process; the others look again by themselves every few seconds.
/// </summary>
internal sealed partial class Notifier(PostgresDatabase database, ILogger log) : IAsyncDisposable
{
    /// <summary>The channel of PostgreSQL for queues; the payload is the queue's id.</summary>
    public const string QueueChannel = "dispatcher_queues";

    private const string Notify = "SELECT pg_notify(channel, payload) FROM unnest($1, $2) AS g(channel, payload)";
    private const int PayloadCharacters = 2_600; // PostgreSQL takes less than 8,000 bytes

    private readonly Lock _lock = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private Dictionary<string, LogNotice> _waiting = [];
    private HashSet<string> _queues = [];
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

    /// <summary>Tells soon that a queue may have something to receive.</summary>
    public void AddQueue(string queue)
    {
        lock (_lock)
        {
            _queues.Add(queue);
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
        var (channels, payloads) = Take();
        try
        {
            await database.WriteAsync(Notify, all => all.With(channels).With(payloads), CancellationToken.None);
        }
        catch (StoreException e)
        {
            NotNotified(payloads.Count, e);
        }
    }

    private (List<string> Channels, List<string> Payloads) Take()
    {
        Dictionary<string, LogNotice> logs;
        HashSet<string> queues;
        lock (_lock)
        {
            (logs, _waiting) = (_waiting, []);
            (queues, _queues) = (_queues, []);
        }

        var (channels, payloads) = (new List<string>(), new List<string>());
        foreach (var (channel, payload) in logs.Values.Select(one => (LogNotice.Channel, one.ToString()))
            .Concat(queues.Select(one => (QueueChannel, one)))
            .Where(one => one.Item2.Length <= PayloadCharacters))
        {
            channels.Add(channel);
            payloads.Add(payload);
        }

        return (channels, payloads);
    }

    [LoggerMessage(Level = LogLevel.Warning, EventName = "StoreNoticeLost",
        Message = "Other processes were not told of {Count} changes; they see it some seconds later")]
    private partial void NotNotified(int count, Exception exception);
}
