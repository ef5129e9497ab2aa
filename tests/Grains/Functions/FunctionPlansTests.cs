using System.Collections.Concurrent;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.Functions;
using Dispatcher.Testing.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dispatcher.Grains.Tests.Functions;

public sealed class FunctionPlansTests : IAsyncDisposable
{
    private readonly Catalog _catalog = new(new MemoryStore());
    private readonly Notices _notices = new();
    private readonly Runtime _runtime = new();
    private readonly FunctionPlans _plans;

    public FunctionPlansTests()
    {
        var loader = new FunctionLoader(_catalog, [_runtime], new DispatcherConfig());
        _plans = new FunctionPlans(loader, _notices, new Random(7), NullLogger<FunctionPlans>.Instance);
    }

    public ValueTask DisposeAsync() => _plans.DisposeAsync();

    [Fact]
    public async Task Find_VersionAndAlias_AreThatVersion()
    {
        await PutAsync("f", "$LATEST", "a");
        await PutAsync("f:1", "1", "b");
        await AliasAsync("live", "1");

        Assert.Equal("$LATEST", (await FindAsync("$LATEST")).Config.Version);
        Assert.Equal("1", (await FindAsync("1")).Config.Version);
        var alias = await FindAsync("live");
        Assert.Equal(("1", "arn:aws:lambda:us-east-1:000000000000:function:f:live"), (alias.Config.Version, alias.Arn));
        Assert.EndsWith(":none", (await Assert.ThrowsAsync<ServiceException>(() => FindAsync("none"))).Message);
    }

    [Fact]
    public async Task Find_AliasWithWeights_SharesCallsByWeight()
    {
        await PutAsync("f:1", "1", "a");
        await PutAsync("f:2", "2", "b");
        await AliasAsync("live", "1", "2", 0.25);

        var second = 0;
        for (var i = 0; i < 10_000; i++)
        {
            second += (await FindAsync("live")).Config.Version == "2" ? 1 : 0;
        }

        Assert.InRange(second, 2_300, 2_700);
    }

    [Theory]
    [InlineData(0, "1")]
    [InlineData(1, "2")]
    public async Task Find_AliasWithAllOrNothing_IsAlwaysThatVersion(double weight, string version)
    {
        await PutAsync("f:1", "1", "a");
        await PutAsync("f:2", "2", "b");
        await AliasAsync("live", "1", "2", weight);

        for (var i = 0; i < 1_000; i++)
        {
            Assert.Equal(version, (await FindAsync("live")).Config.Version);
        }
    }

    [Fact]
    public async Task Notice_AliasMoved_NextCallIsTheOtherVersionAndWorkersStay()
    {
        await PutAsync("f:1", "1", "a");
        await PutAsync("f:2", "2", "b");
        await AliasAsync("live", "1");
        Assert.Equal("1", (await FindAsync("live")).Config.Version);

        await _catalog.Aliases.UpdateAsync("f:live", alias => alias with { FunctionVersion = "2" }, default);
        await _notices.FunctionChangedAsync("f", default);

        Assert.Equal("2", (await FindAsync("live")).Config.Version);
        await _plans.DisposeAsync();
        Assert.Empty(_runtime.Retired);
    }

    [Fact]
    public async Task Notice_LatestChanged_RetiresItsWorkersAndNotThoseOfVersions()
    {
        await PutAsync("f", "$LATEST", "a");
        await PutAsync("f:1", "1", "b");
        await FindAsync("1");
        await FindAsync("$LATEST");

        await _catalog.Functions.UpdateAsync("f", one => one with { RevisionId = "c" }, default);
        await _notices.FunctionChangedAsync("f", default);

        Assert.Equal("c", (await FindAsync("$LATEST")).Config.RevisionId);
        await _plans.DisposeAsync();
        Assert.Equal(["f:$LATEST:a"], _runtime.Retired);
    }

    private async Task<FunctionPlan> FindAsync(string qualifier) => (await _plans.FindAsync(new FunctionRef("f", qualifier), default)).Plan;

    private async Task PutAsync(string key, string version, string revision) => Assert.True(await _catalog.Functions.CreateAsync(
        key, new FunctionConfig { Name = "f", Version = version, RevisionId = revision }, default));

    private async Task AliasAsync(string name, string version, string? other = null, double weight = 0) => Assert.True(
        await _catalog.Aliases.CreateAsync(
            $"f:{name}",
            new AliasConfig { FunctionName = "f", Name = name, FunctionVersion = version, AdditionalVersion = other, AdditionalWeight = weight },
            default));

    private sealed class Notices : IChangeNotices, IDisposable
    {
        private Action<string> _handler = _ => { };

        public ValueTask FunctionChangedAsync(string name, CancellationToken cancellation)
        {
            _handler(name);
            return ValueTask.CompletedTask;
        }

        public IDisposable OnFunctionChanged(Action<string> handler)
        {
            _handler = handler;
            return this;
        }

        public void Dispose() => _handler = _ => { };
    }

    private sealed class Runtime : IFunctionRuntime
    {
        public ConcurrentQueue<string> Retired { get; } = [];

        public bool Handles(FunctionConfig config) => true;

        public ValueTask ValidateAsync(FunctionConfig config, ReadOnlyMemory<byte> archive, CancellationToken cancellation) => default;

        public ValueTask<InvocationOutcome> InvokeAsync(FunctionPlan plan, InvocationRequest request, CancellationToken cancellation)
            => throw new InvalidOperationException("nothing is run here");

        public ValueTask RetireAsync(FunctionPlan plan, CancellationToken cancellation)
        {
            Retired.Enqueue(plan.Key);
            return default;
        }
    }
}
