using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.Concurrency;
using Dispatcher.Grains.Functions;
using Dispatcher.Grains.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dispatcher.Grains.Tests.Concurrency;

/// <summary>The gates of the silos <c>a</c> and <c>b</c> with what borrows for them, over one lender of a mapping's maximum.</summary>
internal sealed class TwoSilos : IAsyncDisposable
{
    private readonly Dictionary<string, Borrowing> _silos = new(StringComparer.Ordinal);
    private readonly IStore _store;
    private readonly MappingId _id;

    public TwoSilos(IStore store, MappingId id)
    {
        (_store, _id) = (store, id);
        var lender = new Lender(NewGrain(MappingPermits.Key(id)));
        foreach (var name in (string[])["a", "b"])
        {
            _silos[name] = new Borrowing(name, store, lender);
        }
    }

    public async Task StartAsync(int maximum)
    {
        var mapping = new MappingConfig { Uuid = _id.ToString(), FunctionArn = "f", MaximumConcurrency = maximum };
        await new Catalog(_store).Mappings.CreateAsync(mapping.Uuid, mapping, CancellationToken.None);
        foreach (var silo in _silos.Values)
        {
            await silo.Borrower.StartAsync(CancellationToken.None);
        }
    }

    /// <summary>The gate of the mapping on a silo, rented for a shard.</summary>
    public ConcurrencyGate Gate(string silo, int shard) => _silos[silo].Gates.Rent(new ShardKey(_id, $"s-{shard}"));

    public Task ChangeAsync(Func<MappingConfig, MappingConfig> change)
        => new Catalog(_store).Mappings.UpdateAsync(_id.ToString(), m => change(m), CancellationToken.None).AsTask();

    /// <summary>What a lender that begins now lends to a silo that wants one permit.</summary>
    public async Task<int> RenewAnewAsync(string key)
    {
        // Reports of the silos would find the lender before it.
        await StopAsync();
        return (await NewGrain(key).RenewAsync(new PermitReport("a", long.MaxValue, 1, 0, 1), CancellationToken.None)).Permits;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var silo in _silos.Values)
        {
            silo.Borrower.Dispose();
            await silo.Limits.DisposeAsync();
        }
    }

    private Task StopAsync() => Task.WhenAll(_silos.Values.Select(s => s.Borrower.StopAsync(CancellationToken.None)));

    private FunctionGrain NewGrain(string key) => new(key, _store, null, new DispatcherConfig(), TimeProvider.System);

    private sealed class Borrowing
    {
        public Borrowing(string name, IStore store, Lender lender)
        {
            var silos = new[] { new Named(name) };
            var limiter = new FunctionLimiter(new DispatcherConfig(), TimeProvider.System, isLent: true);
            Limits = new AccountLimits(new Catalog(store), limiter, new FakeNotices(), NullLogger<AccountLimits>.Instance);
            Gates = new ConcurrencyGates(silos, TimeProvider.System);
            Borrower = new PermitBorrower(limiter, Gates, Limits, lender, silos, TimeProvider.System, NullLogger<PermitBorrower>.Instance);
        }

        public AccountLimits Limits { get; }

        public ConcurrencyGates Gates { get; }

        public PermitBorrower Borrower { get; }
    }

    private sealed record Named(string Self) : ISilos
    {
        public IReadOnlyList<string> Active => ["a", "b"];

        public bool IsGone(string silo) => false;
    }

    /// <summary>One call at a time, as the host of a grain does it.</summary>
    private sealed class Lender(FunctionGrain grain) : IGrainDirectory, IFunctionGrain
    {
        private readonly SemaphoreSlim _turn = new(1, 1);

        public IFunctionGrain Function(string name) => this;

        public IMappingGrain Mapping(MappingId id) => throw new NotSupportedException();

        public IShardGrain Shard(ShardKey key) => throw new NotSupportedException();

        public async Task<PermitLoan> RenewAsync(PermitReport report, CancellationToken cancellation)
        {
            await _turn.WaitAsync(cancellation);
            try
            {
                return await grain.RenewAsync(report, cancellation);
            }
            finally
            {
                _turn.Release();
            }
        }
    }
}
