using System.Collections.Concurrent;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>
/// The queues of this process that are worked on: those that it put events into, and those with events that were found at the
/// start or later, left behind by a process that is gone.
/// </summary>
internal sealed partial class AsyncQueues : BackgroundService
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _guard = new();
    private readonly Catalog _catalog;
    private readonly IStore _store;
    private readonly AsyncQueueLoop _loop;
    private readonly DispatcherConfig _config;
    private readonly TimeProvider _time;
    private readonly ILogger<AsyncQueues> _logger;
    private readonly IDisposable _changes;

    public AsyncQueues(
        Catalog catalog, IStore store, AsyncQueueLoop loop, IChangeNotices notices, DispatcherConfig config, TimeProvider time, ILogger<AsyncQueues> logger)
    {
        (_catalog, _store, _loop, _config, _time, _logger) = (catalog, store, loop, config, time, logger);

        // The events of a function that was deleted are taken out of its queue.
        _changes = notices.OnFunctionChanged(Wake);
    }

    /// <summary>Works on a function's queue, until it is empty for a while.</summary>
    public void Wake(string function)
    {
        lock (_guard)
        {
            if (!_stop.IsCancellationRequested && !_running.ContainsKey(function))
            {
                _running[function] = Task.Run(() => RunAsync(function));
            }
        }
    }

    /// <summary>Stops receiving; lets events in flight end for as long as the configuration says.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _changes.Dispose();
        lock (_guard)
        {
            _stop.Cancel();
        }

        await base.StopAsync(cancellationToken);
        try
        {
            await Task.WhenAll(_running.Values).WaitAsync(TimeSpan.FromSeconds(_config.ShutdownSeconds), _time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            LogCutOff(_logger, _config.ShutdownSeconds);
            await _loop.AbandonAsync();
            await Task.WhenAll(_running.Values);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _changes.Dispose();
        _stop.Dispose();
        base.Dispose();
    }

    /// <summary>Looks for queues with events, now and then.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FindAsync(stoppingToken);
                await Task.Delay(LookAgain, _time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogLookFailed(_logger, e);
                await Task.Delay(LookAgain, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task FindAsync(CancellationToken cancellation)
    {
        await foreach (var function in _catalog.Functions.AllAsync(cancellation))
        {
            var name = function.Value.Name;
            if (!_running.ContainsKey(name) && await HasEventsAsync(name, cancellation))
            {
                Wake(name);
            }
        }
    }

    private async ValueTask<bool> HasEventsAsync(string function, CancellationToken cancellation)
        => await _store.Queues.CountAsync(AsyncEvent.QueueOf(function), cancellation) is var counts
            && counts.Visible + counts.InFlight + counts.Delayed > 0;

    /// <summary>Works until the queue is empty. An event that came after the last look finds either this loop or wakes a new one.</summary>
    private async Task RunAsync(string function)
    {
        var again = false;
        try
        {
            await _loop.RunAsync(function, _stop.Token);
            _running.TryRemove(function, out _);
            again = !_stop.IsCancellationRequested && await HasEventsAsync(function, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The process stops; events stay in the store.
        }
        catch (Exception e)
        {
            _running.TryRemove(function, out _);
            LogLoopFailed(_logger, function, e);
        }

        if (again)
        {
            Wake(function);
        }
    }

    [LoggerMessage(EventName = "AsyncCutOff", Level = LogLevel.Warning, Message = "asynchronous invocations did not end within {Seconds} s; they run again after the next start")]
    private static partial void LogCutOff(ILogger logger, int seconds);

    [LoggerMessage(EventName = "AsyncLookFailed", Level = LogLevel.Warning, Message = "could not look for waiting asynchronous events")]
    private static partial void LogLookFailed(ILogger logger, Exception error);

    [LoggerMessage(EventName = "AsyncLoopFailed", Level = LogLevel.Error, Message = "asynchronous events of {Function} are not worked on until the next look")]
    private static partial void LogLoopFailed(ILogger logger, string function, Exception error);
}
