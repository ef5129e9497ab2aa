using System.Collections.Concurrent;
using Dispatcher.Adapters.Workers.Archives;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Workers;

/// <summary>Zip functions as warm, reused worker processes that speak the Lambda Runtime API.</summary>
internal sealed partial class WorkerRuntime : IFunctionRuntime, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, FunctionPool> _pools = new();
    private readonly WorkerHost _host;
    private readonly ILogger _log;
    private readonly ITimer _reaper;
    private Task _reaping = Task.CompletedTask;

    public WorkerRuntime(DispatcherConfig config, IStore store, TimeProvider clock, ILoggerFactory logs)
    {
        _host = new WorkerHost(config, store, clock, logs);
        _log = logs.CreateLogger<WorkerRuntime>();
        var period = TimeSpan.FromSeconds(Math.Clamp(config.Workers.IdleSeconds / 4.0, 1, 30));
        _reaper = clock.CreateTimer(_ => Reap(), null, period, period);
    }

    /// <inheritdoc/>
    public bool Handles(FunctionConfig config) => config.PackageType == "Zip";

    /// <inheritdoc/>
    public ValueTask ValidateAsync(FunctionConfig config, ReadOnlyMemory<byte> archive, CancellationToken cancellation)
    {
        _ = RuntimeClients.Command(config, _host.Config, folder: "");
        WorkerEnvironment.Check(config.Environment);
        if (archive.Length > Limits.ZipBytes)
        {
            throw new ServiceException(
                ServiceErrorKind.TooLarge, $"Request must be smaller than {Limits.ZipBytes} bytes for the archive of a function");
        }

        using var code = Archive.Open(archive);
        CodeCheck.Check(config, code);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<InvocationOutcome> InvokeAsync(
        FunctionPlan plan, InvocationRequest request, CancellationToken cancellation)
        => _host.IsClosing
            ? ValueTask.FromResult<InvocationOutcome>(new InvocationOutcome.Failed(WorkerRun.Closing()))
            : _pools.GetOrAdd(plan.Key, static (_, made) => new FunctionPool(made.plan, made._host), (plan, _host))
                .InvokeAsync(plan, request, cancellation);

    /// <inheritdoc/>
    public async ValueTask<ProvisionResult> ProvisionAsync(FunctionPlan plan, int workers, CancellationToken cancellation)
    {
        if (workers > _host.Config.MaximumPerFunction)
        {
            return new ProvisionResult(0, $"{workers} workers are more than Workers:MaximumPerFunction, {_host.Config.MaximumPerFunction}");
        }

        return workers == 0 && !_pools.ContainsKey(plan.Key)
            ? new ProvisionResult(0)
            : await _pools.GetOrAdd(plan.Key, static (_, made) => new FunctionPool(made.plan, made._host), (plan, _host)).ProvisionAsync(workers, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask RetireAsync(FunctionPlan plan, CancellationToken cancellation)
    {
        if (_pools.TryRemove(plan.Key, out var pool))
        {
            await pool.RetireAsync();
        }
    }

    /// <inheritdoc/>
    public IdleWorkers? IdleOf(FunctionPlan plan) => new(plan.Key, _pools.TryGetValue(plan.Key, out var pool) ? pool.Idle : 0);

    /// <inheritdoc/>
    public IEnumerable<IdleWorkers> Idle() => _pools.Select(pool => new IdleWorkers(pool.Key, pool.Value.Idle)).Where(idle => idle.Count > 0);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _reaper.DisposeAsync();
        await _reaping;
        await Task.WhenAll(_pools.Values.Select(pool => pool.StopAsync()));
        await _host.DisposeAsync();
    }

    private void Reap()
    {
        if (_reaping.IsCompleted)
        {
            _reaping = ReapAsync();
        }
    }

    private async Task ReapAsync()
    {
        var idle = _host.Config.IdleSeconds * _host.Clock.TimestampFrequency;
        var before = _host.Clock.GetTimestamp() - idle;
        try
        {
            await Task.WhenAll(_pools.Values.Select(pool => pool.ReapAsync(before)));
        }
        catch (Exception error)
        {
            LogReapFailed(error);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Idle workers could not be ended", EventName = "WorkerReapFailed")]
    private partial void LogReapFailed(Exception error);
}
