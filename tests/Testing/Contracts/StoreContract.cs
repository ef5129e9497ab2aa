using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Contracts;

/// <summary>What every store contract needs: an open, empty store and a clock that the test sets.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    /// <summary>The store under test.</summary>
    protected IStore Store { get; private set; } = null!;

    /// <summary>The store's clock.</summary>
    protected SetClock Clock { get; } = new();

    /// <summary>The test's token.</summary>
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Store = await MakeAsync(Clock);
        await Store.OpenAsync(Cancellation);
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>An empty store that is not open yet.</summary>
    protected abstract ValueTask<IStore> MakeAsync(TimeProvider time);
}
