using System.Collections.Concurrent;
using Dispatcher.Contracts.Grains;

namespace Dispatcher.Silo.Local;

/// <summary>The grains of one kind in this process, by key. Made by the first call; dropped when they say that they can be.</summary>
/// <typeparam name="TKey">What names a grain.</typeparam>
/// <typeparam name="TGrain">The grain's interface.</typeparam>
internal sealed class Activations<TKey, TGrain>(Func<TKey, TGrain> make)
    where TKey : notnull
    where TGrain : class
{
    // Lazy: the factory runs once per key, however many callers race for it.
    private readonly ConcurrentDictionary<TKey, Lazy<Activation<TGrain>>> _active = new();
    private volatile bool _closed;

    /// <summary>How many grains there are.</summary>
    public int Count => _active.Count;

    /// <summary>Calls a grain in a turn of its own.</summary>
    public async Task<T> CallAsync<T>(TKey key, Func<TGrain, Task<T>> call, CancellationToken cancellation)
    {
        var activation = await EnterAsync(key, cancellation);
        try
        {
            return await call(activation.Grain);
        }
        finally
        {
            await LeaveAsync(key, activation);
        }
    }

    /// <summary>Calls a grain in a turn of its own.</summary>
    public async Task CallAsync(TKey key, Func<TGrain, Task> call, CancellationToken cancellation)
    {
        var activation = await EnterAsync(key, cancellation);
        try
        {
            await call(activation.Grain);
        }
        finally
        {
            await LeaveAsync(key, activation);
        }
    }

    /// <summary>Disposes all grains, side by side, and refuses calls from then on. Every grain is tried; errors come together.</summary>
    public async ValueTask CloseAsync()
    {
        _closed = true;
        while (!_active.IsEmpty)
        {
            var all = _active.ToArray();
            await Task.WhenAll(all.Select(one => one.Value.Value.DisposeAsync().AsTask()));
            foreach (var one in all)
            {
                _active.TryRemove(one);
            }
        }
    }

    private async ValueTask<Activation<TGrain>> EnterAsync(TKey key, CancellationToken cancellation)
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            var entry = _active.GetOrAdd(key, k => new Lazy<Activation<TGrain>>(() => new Activation<TGrain>(make(k))));
            var activation = entry.Value;
            if (await activation.EnterAsync(cancellation))
            {
                return activation;
            }

            // Dropped between the look-up and the turn: whoever dropped it also removes it; help, so that this cannot spin.
            _active.TryRemove(new(key, entry));
        }
    }

    private async ValueTask LeaveAsync(TKey key, Activation<TGrain> activation)
    {
        try
        {
            if (activation.Grain is IDroppable { CanBeDropped: true })
            {
                if (_active.TryGetValue(key, out var entry) && entry.IsValueCreated && entry.Value == activation)
                {
                    _active.TryRemove(new(key, entry));
                }

                await activation.DropAsync();
            }
        }
        finally
        {
            activation.Leave();
        }
    }
}
