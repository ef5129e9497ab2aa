using System.ComponentModel;
using System.Net.Sockets;
using Dispatcher.Adapters.Workers.Api;
using Dispatcher.Adapters.Workers.Archives;
using Dispatcher.Adapters.Workers.Processes;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Workers;

/// <summary>Everything that all workers share: code on disk, the Runtime API, the threads that start and hear them.</summary>
internal sealed class WorkerHost : IAsyncDisposable
{
    private readonly DispatcherConfig _config;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _logs;
    private readonly WorkerAddresses _addresses = new(Random.Shared);
    private readonly CodeCache _code;
    private readonly WorkerCleaner _cleaner;
    private readonly MemoryWatch _memory;
    private readonly OutputPump _pump = new();
    private readonly Launcher _launcher;
    private readonly RuntimeApiServer _api;
    private readonly SemaphoreSlim _opening = new(1);
    private readonly ILogger _functionLog;
    private volatile bool _isOpen;
    private volatile bool _closing;

    public WorkerHost(DispatcherConfig config, IStore store, TimeProvider clock, ILoggerFactory logs)
    {
        (_config, _clock, _logs) = (config, clock, logs);
        _code = new CodeCache(config.Data, store.Blobs);
        _cleaner = new WorkerCleaner(config.Data, logs.CreateLogger<WorkerCleaner>());
        _memory = new MemoryWatch(clock, logs.CreateLogger<MemoryWatch>());
        Processors = new Processors(clock);
        _functionLog = logs.CreateLogger("Dispatcher.Functions");
        _launcher = new Launcher(logs.CreateLogger<Launcher>());
        _api = new RuntimeApiServer(_addresses, logs);
    }

    public TimeProvider Clock => _clock;

    public WorkersConfig Config => _config.Workers;

    public Processors Processors { get; }

    /// <summary>Whether the server is on its way out: workers that end now did not fail.</summary>
    public bool IsClosing => _closing;

    /// <summary>A log for a class of this folder.</summary>
    public ILogger<T> Log<T>() => _logs.CreateLogger<T>();

    /// <summary>Starts a worker's process; its initialisation goes on after that.</summary>
    /// <exception cref="ServiceException">It cannot be started: no code, no interpreter, no memory.</exception>
    public async ValueTask<Worker> StartAsync(FunctionPlan plan, bool provisioned, CancellationToken cancellation)
    {
        await OpenAsync(cancellation);
        var folder = await _code.FolderAsync(plan.Config, cancellation);
        var command = RuntimeClients.Command(plan.Config, Config, folder);
        var log = new WorkerLog(plan.Config.Name, _functionLog, _clock);
        var worker = _addresses.Add(address => new Worker(address, log));
        try
        {
            await LaunchAsync(worker, plan, command, folder, provisioned);
        }
        catch
        {
            _addresses.Remove(worker);
            throw;
        }

        if (_closing)
        {
            worker.Kill();
        }

        return worker;
    }

    /// <summary>Why a function's own program cannot be run at all, after it ended; null where that cannot be told.</summary>
    public async ValueTask<string?> EntrypointProblemAsync(FunctionPlan plan, CancellationToken cancellation)
        => WorkerKinds.Of(plan.Config.Runtime) == WorkerKind.Provided
            ? Entrypoint.Problem(Path.Combine(await _code.FolderAsync(plan.Config, cancellation), CodeCheck.Bootstrap), "/var/task/" + CodeCheck.Bootstrap)
            : null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _closing = true;
        var workers = _addresses.All;
        foreach (var worker in workers)
        {
            worker.Kill();
        }

        await Task.WhenAll(workers.Select(worker => worker.Ended));
        if (_isOpen)
        {
            _cleaner.KillAll();
        }

        _memory.Dispose();
        await _api.DisposeAsync();
        _launcher.Dispose();
        _pump.Dispose();
        _opening.Dispose();
    }

    /// <summary>Makes ready for the first worker, not before.</summary>
    private async ValueTask OpenAsync(CancellationToken cancellation)
    {
        if (_isOpen)
        {
            return;
        }

        await _opening.WaitAsync(cancellation);
        try
        {
            if (!_isOpen)
            {
                _code.Sweep();
                _cleaner.Sweep();
                await _api.StartAsync(CancellationToken.None);
                _isOpen = true;
            }
        }
        catch (Exception error) when (error is IOException or SocketException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new ServiceException(ServiceErrorKind.Internal, $"Workers cannot be run: {error.Message}", error);
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task LaunchAsync(Worker worker, FunctionPlan plan, string[] command, string folder, bool provisioned)
    {
        var api = $"{worker.Address}:{_api.Port}";
        var mark = _cleaner.Mark(worker.Address);
        try
        {
            var variables = WorkerEnvironment.For(plan.Config, _config, api, folder, mark, _cleaner.AddFolder(mark), _clock.GetUtcNow(), provisioned);
            var process = await _launcher.StartAsync(command, folder, variables);
            worker.Log.Attach(Output(worker, process.StandardOutput.BaseStream, "stdout"), _pump);
            worker.Log.Attach(Output(worker, process.StandardError.BaseStream, "stderr"), _pump);
            var started = new WorkerProcess(process);
            started.EndFirst();
            _memory.Add(started, plan.Config.Name, Config.LimitMemory ? plan.Config.MemorySize : 0);
            worker.Run(started, Forget);
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            _cleaner.Clean(mark, processes: false);
            throw new ServiceException(
                ServiceErrorKind.InvalidRuntime, $"A worker of {plan.Config.Name} cannot be started: {error.Message}", error);
        }
    }

    /// <summary>A worker has ended: kills what left its process group, and deletes its temporary files.</summary>
    private void Forget(Worker worker)
    {
        _cleaner.Clean(_cleaner.Mark(worker.Address), processes: !_closing);
        _addresses.Remove(worker);
    }

    private static OutputStream Output(Worker worker, Stream pipe, string name)
        => new(worker.Log, ((System.IO.Pipes.AnonymousPipeClientStream)pipe).SafePipeHandle, name);
}
