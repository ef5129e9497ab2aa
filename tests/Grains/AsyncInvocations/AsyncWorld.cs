using System.Text;
using Dispatcher.Adapters.EmbeddedQueues;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Queues;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.AsyncInvocations;
using Dispatcher.Grains.Tests.Fakes;
using Dispatcher.Testing;
using Dispatcher.Testing.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Grains.Tests.AsyncInvocations;

/// <summary>The real parts of asynchronous invocation over a memory store, a clock that the test moves and a scripted function.</summary>
internal sealed class AsyncWorld : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <summary>A world whose events a test tries one by one, or one whose loops do that.</summary>
    public AsyncWorld(bool loops = false)
    {
        Store = new MemoryStore(Clock);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(new DispatcherConfig());
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton<Instruments>();
        services.AddSingleton(Store);
        services.AddSingleton<Catalog>();
        services.AddSingleton<IChangeNotices>(Notices);
        services.AddSingleton<IFunctionInvoker>(Function);
        services.AddSingleton<IDestinationWriter>(Destination);
        services.AddEmbeddedQueues();
        services.AddAsyncInvocations();
        _services = services.BuildServiceProvider();
        if (!loops)
        {
            Assert.True(Loops.StopAsync(CancellationToken.None).IsCompletedSuccessfully);
        }
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ManualClock Clock { get; } = new();

    public IStore Store { get; }

    public FakeNotices Notices { get; } = new();

    public ScriptedFunction Function { get; } = new();

    public FakeDestination Destination { get; } = new();

    public Catalog Catalog => _services.GetRequiredService<Catalog>();

    public IQueues Queues => _services.GetRequiredService<IQueues>();

    /// <summary>The loops; they look for queues only after they were started.</summary>
    public AsyncQueues Loops => _services.GetRequiredService<AsyncQueues>();

    /// <summary>Makes a function; one of that name that was there is another one.</summary>
    public async Task CreateAsync(string name = "f", string? deadLetters = null, string version = FunctionRef.Latest)
    {
        var config = new FunctionConfig { Name = name, Version = version, Creation = Guid.NewGuid().ToString("N"), DeadLetterTarget = deadLetters };
        await Catalog.Functions.CreateAsync(new FunctionRef(name, version).Key, config, Cancellation);
    }

    /// <summary>Sets what becomes of events.</summary>
    public async Task SetAsync(EventInvokeConfig config)
        => await Catalog.EventInvokeConfigs.CreateAsync(EventInvokeConfig.Key(new FunctionRef(config.Function, config.Qualifier)), config, Cancellation);

    /// <summary>Sends an event as the gateway does.</summary>
    public async Task<Guid> SendAsync(string payload = "{}", string function = "f", string? qualifier = null, string? trace = null)
    {
        var id = Guid.NewGuid();
        await SendAsync(new InvocationRequest(new FunctionRef(function, qualifier), id, Encoding.UTF8.GetBytes(payload)) { TraceId = trace });
        return id;
    }

    public ValueTask SendAsync(params InvocationRequest[] requests)
        => _services.GetRequiredService<IAsyncInvoker>().AcceptAsync(requests, Cancellation);

    /// <summary>Receives an event and tries it; false where none is visible.</summary>
    public async Task<bool> StepAsync(string function = "f")
    {
        if (await ReceiveAsync(function) is not { } held)
        {
            return false;
        }

        await RunAsync(held);
        return true;
    }

    /// <summary>Receives an event as a loop does; null where none is visible.</summary>
    public async Task<HeldEvent?> ReceiveAsync(string function = "f")
    {
        foreach (var id in await Store.Queues.ListAsync($"async:{function}", Cancellation))
        {
            Assert.True(AsyncQueue.TryParse(id, out var queue));
            if (await Store.Queues.ReceiveAsync(id, new QueueReceive(1, Limits.AsyncHideMs, Fifo: false), Cancellation) is [var message])
            {
                return new HeldEvent(Store.Queues, queue, message, Clock);
            }
        }

        return null;
    }

    public Task RunAsync(HeldEvent held, CancellationToken cancellation = default)
        => _services.GetRequiredService<AsyncEventRunner>().RunAsync(held, cancellation);

    /// <summary>Lets seconds pass, and tries what becomes visible, until nothing is left in the queue.</summary>
    public async Task RunToTheEndAsync(string function = "f")
    {
        while (await CountAsync(function) > 0)
        {
            if (!await StepAsync(function))
            {
                Clock.Advance(TimeSpan.FromSeconds(1));
            }
        }
    }

    /// <summary>Events of a function in the store, hidden ones included.</summary>
    public async Task<long> CountAsync(string function = "f")
    {
        long all = 0;
        foreach (var id in await Store.Queues.ListAsync($"async:{function}", Cancellation))
        {
            var counts = await Store.Queues.CountAsync(id, Cancellation);
            all += counts.Visible + counts.InFlight + counts.Delayed;
        }

        return all;
    }

    public async ValueTask DisposeAsync()
    {
        Function.Release();
        await Loops.StopAsync(Cancellation);
        await _services.DisposeAsync();
    }
}
