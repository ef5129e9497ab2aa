using System.Text;
using Dispatcher.Adapters.RemoteWorkers;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Testing.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dispatcher.Adapters.Tests.RemoteWorkers;

/// <summary>The listener of remote workers and their runtime, over a store in memory.</summary>
internal sealed class RemoteSetup : IAsyncDisposable
{
    private readonly MemoryStore _store = new();
    private readonly Catalog _catalog;
    private readonly Instruments _instruments = new();
    private readonly TokenIndex _index;
    private readonly RemoteWorkerServer _server;
    private readonly RemoteWorkerRuntime _runtime;

    private RemoteSetup(Action<RemoteWorkersConfig>? change)
    {
        _catalog = new Catalog(_store);
        var config = new DispatcherConfig();
        config.RemoteWorkers.Url = "http://127.0.0.1:0";
        config.RemoteWorkers.Key = new SecretConfig { Value = "a key of the tests" };
        config.RemoteWorkers.WaitSeconds = 60;
        change?.Invoke(config.RemoteWorkers);
        var logs = NullLoggerFactory.Instance;
        Tokens = new WorkerTokens(config);
        _index = new TokenIndex(Tokens, _catalog, Notices, TimeProvider.System);
        Pools = new RemotePools(config, TimeProvider.System, _instruments, logs);
        var refusals = new RefusalLog(TimeProvider.System, new NullLogger<RefusalLog>());
        _server = new RemoteWorkerServer(config, new Lazy<RemoteApi>(() => new RemoteApi(_index, Pools, refusals)), Pools, logs);
        _runtime = new RemoteWorkerRuntime(config, _store, Pools, TimeProvider.System);
    }

    public WorkerTokens Tokens { get; }

    public RemotePools Pools { get; }

    public FunctionNotices Notices { get; } = new();

    public Uri Url => new(_server.Address);

    public RemoteWorkerRuntime Runtime => _runtime;

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<RemoteSetup> StartAsync(Action<RemoteWorkersConfig>? change = null)
    {
        var setup = new RemoteSetup(change);
        await setup._server.StartAsync(Cancel);
        return setup;
    }

    public async Task<FunctionPlan> FunctionAsync(string name = "far", int timeout = 60, string version = "$LATEST")
    {
        var config = new FunctionConfig { Name = name, PackageType = "Image", ImageUri = "registry.example/far:1", Timeout = timeout, Version = version };
        await _catalog.Functions.CreateAsync(new FunctionRef(name, version).Key, config, Cancel);
        return new FunctionPlan(config, $"arn:aws:lambda:us-east-1:000000000000:function:{name}");
    }

    public async Task DeleteAsync(string name)
    {
        await _catalog.Functions.DeleteAsync(name, Cancel);
        await Notices.FunctionChangedAsync(name, Cancel);
    }

    /// <summary>A worker that shows the function's token in the host name.</summary>
    public RemoteClient Worker(FunctionPlan plan, string agent = "aws-lambda-go/1.22")
        => new(Url, $"{Tokens.TokenOf(plan.Config)}.workers.example", agent);

    public Task<InvocationOutcome> InvokeAsync(FunctionPlan plan, string payload = "{}", CancellationToken cancellation = default)
        => _runtime.InvokeAsync(plan, Request(plan, payload), cancellation).AsTask();

    public static InvocationRequest Request(FunctionPlan plan, string payload)
        => new(new FunctionRef(plan.Config.Name), Guid.NewGuid(), Encoding.UTF8.GetBytes(payload)) { LogTail = true };

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(CancellationToken.None);
        await _server.DisposeAsync();
        _index.Dispose();
        _instruments.Dispose();
    }

    /// <summary>Changes of functions within this process.</summary>
    internal sealed class FunctionNotices : IChangeNotices, IDisposable
    {
        private Action<string> _handlers = _ => { };

        public ValueTask FunctionChangedAsync(string name, CancellationToken cancellation)
        {
            _handlers(name);
            return ValueTask.CompletedTask;
        }

        public IDisposable OnFunctionChanged(Action<string> handler)
        {
            _handlers += handler;
            return this;
        }

        public void Dispose()
        {
        }
    }
}
