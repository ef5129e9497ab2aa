using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.Functions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Concurrency;

/// <summary>
/// Keeps this silo's share of provisioned workers ready: after the start, after every change, when silos come or go, and from time
/// to time, because workers end. Shows in the documents how many are ready here.
/// </summary>
internal sealed partial class ProvisionedKeeper : BackgroundService
{
    private const string Alone = "local";

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    /// <summary>How often it is looked which silos there are, which costs nothing.</summary>
    private static readonly TimeSpan SilosAgain = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, FoundFunction> _held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Plan, long Modified)> _failed = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Catalog _catalog;
    private readonly FunctionPlans _plans;
    private readonly ISilos? _silos;
    private readonly TimeProvider _time;
    private readonly ILogger<ProvisionedKeeper> _logger;
    private readonly IDisposable _changes;
    private readonly bool _runsFunctions;

    public ProvisionedKeeper(
        Catalog catalog, FunctionPlans plans, IChangeNotices notices, IEnumerable<ISilos> silos, DispatcherConfig config, TimeProvider time,
        ILogger<ProvisionedKeeper> logger)
    {
        (_catalog, _plans, _silos, _time, _logger) = (catalog, plans, silos.FirstOrDefault(), time, logger);

        // A process that only calls the cluster runs no functions.
        _runsFunctions = config.Cluster is not { Enabled: true, Role: "gateway" };
        _changes = notices.OnFunctionChanged(_ => _wake.Release());
    }

    private string Self => _silos?.Self ?? Alone;

    private IReadOnlyList<string> Active => _silos?.Active ?? [Alone];

    /// <inheritdoc/>
    public override void Dispose()
    {
        _changes.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_runsFunctions && !stoppingToken.IsCancellationRequested)
        {
            var silos = Active;
            try
            {
                while (_wake.Wait(0, CancellationToken.None))
                {
                }

                await PassAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogPassFailed(_logger, e);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await WaitAsync(silos, stoppingToken);
        }
    }

    /// <summary>Returns when something was changed, when there are other silos than there were, or when it is time.</summary>
    private async Task WaitAsync(IReadOnlyList<string> silos, CancellationToken stopping)
    {
        using var again = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var (start, woken) = (_time.GetTimestamp(), _wake.WaitAsync(again.Token));
        while (!woken.IsCompleted && _time.GetElapsedTime(start) < LookAgain && Active.SequenceEqual(silos))
        {
            await Task.WhenAny(woken, Task.Delay(SilosAgain, _time, again.Token));
        }

        await again.CancelAsync();
    }

    private async Task PassAsync(CancellationToken cancellation)
    {
        var wanted = new Dictionary<string, ProvisionedConfig>(StringComparer.Ordinal);
        await foreach (var one in _catalog.Provisioned.AllAsync(cancellation))
        {
            wanted[one.Key] = one.Value;
        }

        foreach (var (key, found) in _held.Where(h => !wanted.ContainsKey(h.Key)).ToList())
        {
            await found.Runtime.ProvisionAsync(found.Plan, 0, cancellation);
            _held.Remove(key);
        }

        // Side by side: a slow initialisation of one function does not hold the others back.
        await Task.WhenAll(wanted.Values.Select(config => KeepAsync(config, cancellation)));
    }

    private async Task KeepAsync(ProvisionedConfig config, CancellationToken cancellation)
    {
        try
        {
            var found = await _plans.MainAsync(new FunctionRef(config.Function, config.Qualifier), cancellation);
            await ReplaceAsync(config, found, cancellation);
            var attempt = (found.Plan.Key, config.LastModifiedMs);
            if (IsFailed(config.Key, attempt))
            {
                return;
            }

            if (config.Error is null && config.Ready.Keys.Any(IsGone))
            {
                // Until their share is ready here.
                await ShowAsync(config, new ProvisionResult(config.Ready.GetValueOrDefault(Self)), cancellation);
            }

            var result = await found.Runtime.ProvisionAsync(found.Plan, Share(config.Requested), cancellation);
            SetFailed(config.Key, result.Error is null ? null : attempt);
            await ShowAsync(config, result, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogNotKept(_logger, config.Key, e);
        }
    }

    /// <summary>What an alias pointed to before is let go; nothing is ready until it is.</summary>
    private async Task ReplaceAsync(ProvisionedConfig config, FoundFunction found, CancellationToken cancellation)
    {
        FoundFunction? before;
        lock (_held)
        {
            before = _held.GetValueOrDefault(config.Key);
            _held[config.Key] = found;
        }

        if (before?.Plan.Key == found.Plan.Key)
        {
            return;
        }

        await ShowAsync(config, new ProvisionResult(0), cancellation);
        if (before is not null)
        {
            await before.Runtime.ProvisionAsync(before.Plan, 0, cancellation);
        }
    }

    private bool IsFailed(string key, (string Plan, long Modified) attempt)
    {
        lock (_failed)
        {
            return _failed.TryGetValue(key, out var failed) && failed == attempt;
        }
    }

    private void SetFailed(string key, (string Plan, long Modified)? attempt)
    {
        lock (_failed)
        {
            _failed.Remove(key);
            if (attempt is { } failed)
            {
                _failed[key] = failed;
            }
        }
    }

    private bool IsGone(string silo) => silo != Self && _silos?.IsGone(silo) != false;

    private int Share(int all)
    {
        var silos = Active;
        var place = silos.ToList().IndexOf(Self);
        return place < 0 ? 0 : (all / silos.Count) + (place < all % silos.Count ? 1 : 0);
    }

    /// <summary>Shows what is ready here, unless the owner has changed the wish meanwhile; forgets silos that are gone.</summary>
    private async Task ShowAsync(ProvisionedConfig seen, ProvisionResult result, CancellationToken cancellation)
    {
        var error = result.Error is { } text ? $"FUNCTION_ERROR_INIT_FAILURE: {text}" : null;
        await _catalog.Provisioned.UpdateAsync(
            seen.Key,
            present =>
            {
                var ready = present.Ready.Where(r => r.Key != Self && !IsGone(r.Key)).ToDictionary(r => r.Key, r => r.Value);
                ready[Self] = result.Ready;
                var same = present.Ready.Count == ready.Count && present.Ready.All(r => ready.TryGetValue(r.Key, out var n) && n == r.Value);
                return present.LastModifiedMs != seen.LastModifiedMs || (same && present.Error == error) ? null : present with { Ready = ready, Error = error };
            },
            cancellation);
    }

    [LoggerMessage(EventName = "ProvisioningFailed", Level = LogLevel.Warning, Message = "provisioned concurrency cannot be looked after; tried again")]
    private static partial void LogPassFailed(ILogger logger, Exception error);

    [LoggerMessage(EventName = "NotProvisioned", Level = LogLevel.Warning, Message = "workers of {Target} cannot be kept ready; tried again")]
    private static partial void LogNotKept(ILogger logger, string target, Exception error);
}
