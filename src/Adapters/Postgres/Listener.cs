using Dispatcher.Adapters.Sqlite;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Dispatcher.Adapters.Postgres;

/// <summary>
/// The one connection of this process that listens to the notices of others. It is the first to see that the server went away:
/// then it makes the pool forget its connections, connects again and wakes who waits.
/// </summary>
internal sealed partial class Listener(PostgresDatabase database, LogWatch watch, QueueSignals queues, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(Limits.PostgresReconnectMs);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(Limits.PostgresLookMs);

    private readonly CancellationTokenSource _stop = new();
    private Task _listening = Task.CompletedTask;
    private Task _looking = Task.CompletedTask;

    /// <summary>Starts to listen.</summary>
    public void Start() => (_listening, _looking) = (Task.Run(ListenAsync), Task.Run(LookAsync));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening;
        await _looking;
        _stop.Dispose();
    }

    private async Task ListenAsync()
    {
        for (var broken = false; !_stop.IsCancellationRequested; broken = true)
        {
            try
            {
                await ListenOnceAsync(broken);
            }
            catch (Exception e) when (_stop.IsCancellationRequested && (e is OperationCanceledException || PostgresErrors.IsTrouble(e)))
            {
                return;
            }
            catch (Exception e) when (e is StoreException || PostgresErrors.IsTrouble(e))
            {
                Broken(e);
                database.Forget();
                await PauseAsync(s_pause);
            }
        }
    }

    private async Task ListenOnceAsync(bool broken)
    {
        await using var connection = await database.OpenAsync(_stop.Token);
        connection.Notification += (_, notice) => Hear(notice.Channel, notice.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {LogNotice.Channel}; LISTEN {Notifier.QueueChannel}", connection))
        {
            await listen.ExecuteNonQueryAsync(_stop.Token);
        }

        await watch.LookAsync(_stop.Token); // what was told while nobody listened
        if (broken)
        {
            Restored();
        }

        while (true)
        {
            await connection.WaitAsync(_stop.Token);
        }
    }

    private void Hear(string channel, string payload)
    {
        if (channel == Notifier.QueueChannel)
        {
            queues.Changed(payload);
        }
        else if (!LogNotice.TryParse(payload, out var notice))
        {
            Odd(payload);
        }
        else if (notice.Gone)
        {
            watch.PublishGone(notice.Name, notice.State.Id);
        }
        else
        {
            watch.Publish(notice.Name, notice.State);
        }
    }

    /// <summary>Looks again every few seconds, in case a notice was lost.</summary>
    private async Task LookAsync()
    {
        while (await PauseAsync(s_look))
        {
            try
            {
                await watch.LookAsync(_stop.Token);
            }
            catch (Exception e) when (e is StoreException or OperationCanceledException)
            {
                // The connection that listens meets the same trouble and tells of it.
            }
        }
    }

    /// <summary>Waits; false where this is to end.</summary>
    private async Task<bool> PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, time, _stop.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, EventName = "StoreConnectionLost", Message = "The connection to PostgreSQL broke; trying again")]
    private partial void Broken(Exception exception);

    [LoggerMessage(Level = LogLevel.Information, EventName = "StoreConnectionRestored", Message = "The connection to PostgreSQL is back")]
    private partial void Restored();

    [LoggerMessage(Level = LogLevel.Warning, EventName = "StoreNoticeOdd", Message = "A notice on the channel of logs was not understood: {Payload}")]
    private partial void Odd(string payload);
}
