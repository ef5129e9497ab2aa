using System.Collections.Concurrent;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Grains;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>
/// The queues that this process works on: those that it put events into, and those with events that it finds when it looks,
/// left behind by a process that is gone. Several processes may work on one queue: the store gives each event to one of them.
/// </summary>
internal sealed partial class AsyncQueues : BackgroundService
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(Limits.AsyncLookMs);

    private readonly ConcurrentDictionary<AsyncQueue, Task> _running = new();
    private readonly ConcurrentDictionary<string, byte> _changed = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _look = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _guard = new();
    private readonly AsyncFinder _finder;
    private readonly AsyncQueueLoop _loop;
    private readonly DispatcherConfig _config;
    private readonly TimeProvider _time;
    private readonly ILogger<AsyncQueues> _logger;
    private readonly IDisposable _changes;

    public AsyncQueues(
        AsyncFinder finder, AsyncQueueLoop loop, IChangeNotices notices, DispatcherConfig config, TimeProvider time, ILogger<AsyncQueues> logger)
    {
        (_finder, _loop, _config, _time, _logger) = (finder, loop, config, time, logger);

        // The events of a function that was deleted are removed, also those that wait for their next try.
        _changes = notices.OnFunctionChanged(FunctionChanged);
    }

    /// <summary>Works on a queue, until it is empty for a while.</summary>
    public void Wake(AsyncQueue queue)
    {
        // A loop that ends takes itself out of the list first and looks for events then: it sees what was put before this.
        if (_running.ContainsKey(queue))
        {
            return;
        }

        lock (_guard)
        {
            if (!_stop.IsCancellationRequested && !_running.ContainsKey(queue))
            {
                _running[queue] = Task.Run(() => RunAsync(queue));
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
        _look.Dispose();
        base.Dispose();
    }

    /// <summary>Looks for queues with events, now and then.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogLookFailed(_logger, e);
            }

            await WaitAsync(stoppingToken);
        }
    }

    private void FunctionChanged(string name)
    {
        _changed[name] = 0;
        lock (_guard)
        {
            if (!_stop.IsCancellationRequested && _look.CurrentCount == 0)
            {
                _look.Release();
            }
        }
    }

    private async Task WaitAsync(CancellationToken stopping)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny(Task.Delay(LookAgain, _time, soon.Token), _look.WaitAsync(soon.Token));
        await soon.CancelAsync();
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        var changed = _changed.Keys.Where(name => _changed.TryRemove(name, out _)).ToHashSet(StringComparer.Ordinal);
        try
        {
            foreach (var queue in await _finder.FindAsync(cancellation))
            {
                if (!changed.Contains(queue.Function) || !await _finder.ClearAsync(queue, cancellation))
                {
                    Wake(queue);
                }
            }
        }
        catch (Exception)
        {
            foreach (var name in changed)
            {
                _changed[name] = 0;
            }

            throw;
        }
    }

    /// <summary>Works until the queue is empty. An event that came after the last look finds either this loop or wakes a new one.</summary>
    private async Task RunAsync(AsyncQueue queue)
    {
        var again = false;
        try
        {
            if (!await _finder.ClearAsync(queue, _stop.Token))
            {
                await _loop.RunAsync(queue, _stop.Token);
            }

            _running.TryRemove(queue, out _);
            again = !_stop.IsCancellationRequested && await _finder.HasEventsAsync(queue, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The process stops; events stay in the store.
        }
        catch (Exception e)
        {
            _running.TryRemove(queue, out _);
            LogLoopFailed(_logger, queue.Function, e);
        }

        if (again)
        {
            Wake(queue);
        }
    }

    [LoggerMessage(EventName = "AsyncCutOff", Level = LogLevel.Warning, Message = "asynchronous invocations did not end within {Seconds} s; they run again after the next start")]
    private static partial void LogCutOff(ILogger logger, int seconds);

    [LoggerMessage(EventName = "AsyncLookFailed", Level = LogLevel.Warning, Message = "could not look for waiting asynchronous events")]
    private static partial void LogLookFailed(ILogger logger, Exception error);

    [LoggerMessage(EventName = "AsyncLoopFailed", Level = LogLevel.Error, Message = "asynchronous events of {Function} are not worked on until the next look")]
    private static partial void LogLoopFailed(ILogger logger, string function, Exception error);
}
