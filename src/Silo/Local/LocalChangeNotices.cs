using Dispatcher.Contracts.Grains;

namespace Dispatcher.Silo.Local;

/// <summary>Change notices inside this process: handlers run at once, in the caller's turn.</summary>
internal sealed class LocalChangeNotices : IChangeNotices
{
    private readonly Lock _changing = new();
    private Action<string>[] _handlers = [];

    /// <inheritdoc/>
    public ValueTask FunctionChangedAsync(string name, CancellationToken cancellation)
    {
        foreach (var handler in Volatile.Read(ref _handlers))
        {
            handler(name);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public IDisposable OnFunctionChanged(Action<string> handler)
    {
        lock (_changing)
        {
            _handlers = [.. _handlers, handler];
        }

        return new Subscription(this, handler);
    }

    private void Remove(Action<string> handler)
    {
        lock (_changing)
        {
            var at = Array.IndexOf(_handlers, handler);
            if (at >= 0)
            {
                _handlers = [.. _handlers[..at], .. _handlers[(at + 1)..]];
            }
        }
    }

    private sealed class Subscription(LocalChangeNotices owner, Action<string> handler) : IDisposable
    {
        private Action<string>? _handler = handler;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _handler, null) is { } subscribed)
            {
                owner.Remove(subscribed);
            }
        }
    }
}
