using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Concurrency;

/// <summary>Keeps the limiter at what is set aside of the account's concurrency: read when it is first needed and after every change.</summary>
internal sealed partial class AccountLimits : IAsyncDisposable
{
    private readonly Catalog _catalog;
    private readonly FunctionLimiter _limiter;
    private readonly ILogger<AccountLimits> _logger;
    private readonly IDisposable _notices;
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly Lock _guard = new();
    private Task _refresh = Task.CompletedTask;
    private bool _disposed;
    private long _told = 1;
    private long _read;

    public AccountLimits(Catalog catalog, FunctionLimiter limiter, IChangeNotices notices, ILogger<AccountLimits> logger)
    {
        (_catalog, _limiter, _logger) = (catalog, limiter, logger);
        _notices = notices.OnFunctionChanged(_ => Changed());
    }

    /// <summary>Returns when the limiter knows every change that was told before the call.</summary>
    /// <exception cref="StoreException">It was never read and cannot be.</exception>
    public ValueTask CurrentAsync(CancellationToken cancellation)
        => Interlocked.Read(ref _read) == Interlocked.Read(ref _told) ? default : new(ReadAsync(cancellation));

    /// <summary>Reads it again, for notices that were lost.</summary>
    public Task AgainAsync(CancellationToken cancellation)
    {
        Interlocked.Increment(ref _told);
        return ReadAsync(cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _notices.Dispose();
        Task refresh;
        lock (_guard)
        {
            (refresh, _disposed) = (_refresh, true);
        }

        await refresh;
        _reading.Dispose();
    }

    /// <summary>Those who wait already have to hear of it too, so it is not left to the next call. Notices may come side by side.</summary>
    private void Changed()
    {
        Interlocked.Increment(ref _told);
        lock (_guard)
        {
            if (Interlocked.Read(ref _read) != 0 && !_disposed)
            {
                using var apart = ExecutionContext.SuppressFlow();
                _refresh = Task.WhenAll(_refresh, Task.Run(() => ReadAsync(CancellationToken.None)));
            }
        }
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            while (Interlocked.Read(ref _told) is var told && told != Interlocked.Read(ref _read))
            {
                _limiter.Apply((await _catalog.Concurrency.FindAsync(AccountConcurrency.Key, cancellation))?.Value ?? AccountConcurrency.None);
                Interlocked.Exchange(ref _read, told);
            }
        }
        catch (StoreException e) when (Interlocked.Read(ref _read) != 0)
        {
            // What was known holds until the store is back: the next call tries again.
            LogNotRead(_logger, e);
        }
        finally
        {
            _reading.Release();
        }
    }

    [LoggerMessage(EventName = "ConcurrencyNotRead", Level = LogLevel.Warning, Message = "the account's concurrency settings cannot be read; the last ones hold")]
    private static partial void LogNotRead(ILogger logger, Exception error);
}
