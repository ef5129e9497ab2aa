using System.Collections.Concurrent;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Names;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Functions;

/// <summary>
/// The functions, versions and aliases that were called on this silo, ready to run; made anew when a function changes.
/// </summary>
internal sealed partial class FunctionPlans : IAsyncDisposable
{
    private readonly ConcurrentDictionary<FunctionRef, FunctionRoute> _known = new();
    private readonly FunctionLoader _loader;
    private readonly Random _random;
    private readonly ILogger<FunctionPlans> _logger;
    private readonly IDisposable _changes;
    private volatile Task _retiring = Task.CompletedTask;
    private long _changed;

    public FunctionPlans(FunctionLoader loader, IChangeNotices notices, Random random, ILogger<FunctionPlans> logger)
    {
        (_loader, _random, _logger) = (loader, random, logger);
        _changes = notices.OnFunctionChanged(Forget);
    }

    /// <summary>The version that one call means; the next call of an alias with weights may mean another one.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">There is no such function or version, or nothing here runs it.</exception>
    public async ValueTask<FoundFunction> FindAsync(FunctionRef function, CancellationToken cancellation)
    {
        if (_known.TryGetValue(function, out var known))
        {
            return known.Pick(_random);
        }

        var before = Interlocked.Read(ref _changed);
        var route = await _loader.LoadAsync(function, cancellation);
        _known[function] = route;

        // What was read may be older than a change that was told in between: it is used once and not kept.
        if (before != Interlocked.Read(ref _changed))
        {
            _known.TryRemove(function, out _);
        }

        return route.Pick(_random);
    }

    /// <summary>The version that a name means, the main one of an alias with weights.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">There is no such function or version, or nothing here runs it.</exception>
    public async ValueTask<FoundFunction> MainAsync(FunctionRef function, CancellationToken cancellation)
        => (await _loader.LoadAsync(function, cancellation)).Main;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _changes.Dispose();
        await _retiring;
    }

    private void Forget(string name)
    {
        Interlocked.Increment(ref _changed);
        foreach (var (function, _) in _known.Where(k => k.Key.Name == name).ToList())
        {
            if (_known.TryRemove(function, out var route))
            {
                _retiring = Task.WhenAll([_retiring, .. route.All.Select(RetireAsync)]);
            }
        }
    }

    /// <summary>
    /// Ends workers of what is not the present state of its version any more. Versions that did not change keep theirs. A
    /// failure concerns only idle processes and is logged.
    /// </summary>
    private async Task RetireAsync(FoundFunction found)
    {
        try
        {
            if (!await _loader.IsCurrentAsync(found.Plan, CancellationToken.None))
            {
                await found.Runtime.RetireAsync(found.Plan, CancellationToken.None);
            }
        }
        catch (Exception e)
        {
            LogRetireFailed(_logger, found.Plan.Arn, e);
        }
    }

    [LoggerMessage(EventName = "RetireFailed", Level = LogLevel.Warning, Message = "workers of {Function} could not be retired")]
    private static partial void LogRetireFailed(ILogger logger, string function, Exception error);
}
