using Dispatcher.Contracts.Queues;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.EmbeddedQueues;

/// <summary>
/// The upkeep of all queues: once a minute it removes messages that are older than their queue's retention, and it runs
/// message move tasks, also those that an earlier life left unfinished.
/// </summary>
internal sealed partial class QueueKeeper(IStore store, QueueMover mover, TimeProvider time, ILogger<QueueKeeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly DocumentTable<QueueConfig> _queues = new Catalog(store).Queues;

    /// <summary>Looks after all queues once.</summary>
    public async Task RoundAsync(CancellationToken cancellation)
    {
        await foreach (var queue in _queues.AllAsync(cancellation))
        {
            var horizonMs = time.GetUtcNow().AddSeconds(-queue.Value.RetentionSeconds).ToUnixTimeMilliseconds();
            if (await store.Queues.TrimAsync(queue.Value.Id, horizonMs, cancellation) is > 0 and var trimmed)
            {
                LogTrimmed(logger, queue.Key, trimmed);
            }
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
        => Task.WhenAll(KeepAsync(stoppingToken), MoveAsync(stoppingToken));

    private async Task KeepAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await RoundAsync(cancellation);
            }
            catch (StoreException error)
            {
                LogUpkeepFailed(logger, error);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    private async Task MoveAsync(CancellationToken cancellation)
    {
        var running = new HashSet<Task>();
        try
        {
            foreach (var handle in await mover.UnfinishedAsync(cancellation))
            {
                running.Add(MoveAsync(handle, cancellation));
            }

            await foreach (var handle in mover.Started.ReadAllAsync(cancellation))
            {
                running.RemoveWhere(one => one.IsCompleted);
                running.Add(MoveAsync(handle, cancellation));
            }
        }
        finally
        {
            await Task.WhenAll(running);
        }
    }

    private async Task MoveAsync(string handle, CancellationToken cancellation)
    {
        try
        {
            await mover.RunAsync(handle, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The next start goes on with it.
        }
        catch (StoreException error)
        {
            LogMoveFailed(logger, error, handle);
        }
    }

    [LoggerMessage(EventName = "QueueUpkeepFailed", Level = LogLevel.Warning, Message = "The upkeep of the queues failed and is tried again")]
    private static partial void LogUpkeepFailed(ILogger logger, Exception error);

    [LoggerMessage(EventName = "QueueMoveFailed", Level = LogLevel.Warning, Message = "Message move task {Task} broke; the next start goes on with it")]
    private static partial void LogMoveFailed(ILogger logger, Exception error, string task);

    [LoggerMessage(EventName = "QueueTrimmed", Level = LogLevel.Debug, Message = "{Messages} messages of queue {Queue} were older than its retention")]
    private static partial void LogTrimmed(ILogger logger, string queue, long messages);
}
