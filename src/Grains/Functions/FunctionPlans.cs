using System.Collections.Concurrent;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Functions;

/// <summary>The functions that were called on this silo, ready to run; made anew when a function changes.</summary>
internal sealed partial class FunctionPlans : IAsyncDisposable
{
    private readonly ConcurrentDictionary<FunctionRef, FoundFunction> _known = new();
    private readonly Catalog _catalog;
    private readonly IFunctionRuntime[] _runtimes;
    private readonly DispatcherConfig _config;
    private readonly ILogger<FunctionPlans> _logger;
    private readonly IDisposable _changes;
    private volatile Task _retiring = Task.CompletedTask;
    private long _changed;

    public FunctionPlans(
        Catalog catalog, IEnumerable<IFunctionRuntime> runtimes, IChangeNotices notices, DispatcherConfig config, ILogger<FunctionPlans> logger)
    {
        (_catalog, _runtimes, _config, _logger) = (catalog, [.. runtimes], config, logger);
        _changes = notices.OnFunctionChanged(Forget);
    }

    /// <summary>The version that a call means.</summary>
    /// <exception cref="ServiceException">There is no such function or version, or nothing here runs it.</exception>
    public async ValueTask<FoundFunction> FindAsync(FunctionRef function, CancellationToken cancellation)
    {
        if (_known.TryGetValue(function, out var known))
        {
            return known;
        }

        var before = Interlocked.Read(ref _changed);
        var found = await LoadAsync(function, cancellation);
        _known[function] = found;

        // What was read may be older than a change that was told in between: it is used once and not kept.
        if (before != Interlocked.Read(ref _changed))
        {
            _known.TryRemove(function, out _);
        }

        return found;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _changes.Dispose();
        await _retiring;
    }

    private async ValueTask<FoundFunction> LoadAsync(FunctionRef function, CancellationToken cancellation)
    {
        var key = function.Qualifier is null or FunctionRef.Latest ? function.Name : $"{function.Name}:{function.Qualifier}";
        var stored = await _catalog.Functions.FindAsync(key, cancellation);
        var arn = function.ToArn(_config.Region, _config.Account);
        var config = stored?.Value ?? throw ServiceException.NotFound($"Function not found: {arn}");
        var runtime = Array.Find(_runtimes, r => r.Handles(config))
            ?? throw new ServiceException(ServiceErrorKind.InvalidRuntime, $"Nothing on this machine runs {Describe(config)}.");
        return new FoundFunction(new FunctionPlan(config, arn), runtime);
    }

    private static string Describe(FunctionConfig config)
        => config.PackageType == "Image" ? $"the image {config.ImageUri}" : $"the runtime {config.Runtime}";

    private void Forget(string name)
    {
        Interlocked.Increment(ref _changed);
        foreach (var (function, found) in _known.Where(k => k.Key.Name == name).ToList())
        {
            if (_known.TryRemove(function, out _))
            {
                _retiring = Task.WhenAll(_retiring, RetireAsync(found));
            }
        }
    }

    /// <summary>Ends workers of the old version; a failure concerns only idle processes and is logged.</summary>
    private async Task RetireAsync(FoundFunction found)
    {
        try
        {
            await found.Runtime.RetireAsync(found.Plan, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogRetireFailed(_logger, found.Plan.Arn, e);
        }
    }

    [LoggerMessage(EventName = "RetireFailed", Level = LogLevel.Warning, Message = "workers of {Function} could not be retired")]
    private static partial void LogRetireFailed(ILogger logger, string function, Exception error);
}
