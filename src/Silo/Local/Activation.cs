namespace Dispatcher.Silo.Local;

/// <summary>
/// One grain in this process and the turns of its callers: one at a time, in the order in which they came. A call keeps
/// its turn until its task has ended.
/// </summary>
/// <typeparam name="TGrain">The grain's interface.</typeparam>
internal sealed class Activation<TGrain>(TGrain grain) : IAsyncDisposable
    where TGrain : class
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private bool _gone;

    /// <summary>The grain itself; to be called inside a turn only.</summary>
    public TGrain Grain { get; } = grain;

    /// <summary>Takes a turn; false where the grain was dropped meanwhile, so that the caller looks it up anew.</summary>
    public async ValueTask<bool> EnterAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        if (!_gone)
        {
            return true;
        }

        _turn.Release();
        return false;
    }

    /// <summary>Ends the turn.</summary>
    public void Leave() => _turn.Release();

    /// <summary>Disposes the grain inside a turn of its own; later callers are sent away.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!await EnterAsync(CancellationToken.None))
        {
            return;
        }

        try
        {
            await DropAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Disposes the grain inside the caller's turn.</summary>
    public async ValueTask DropAsync()
    {
        _gone = true;
        if (Grain is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }
}
