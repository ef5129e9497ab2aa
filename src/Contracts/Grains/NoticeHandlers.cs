namespace Dispatcher.Contracts.Grains;

/// <summary>Who in this process wants to hear of changes (<see cref="IChangeNotices"/>); the part that every host needs.</summary>
public sealed class NoticeHandlers
{
    private readonly Lock _changing = new();
    private Action<string>[] _handlers = [];

    /// <summary>Calls all handlers, one after the other, in the caller's turn.</summary>
    public void FunctionChanged(string name)
    {
        foreach (var handler in Volatile.Read(ref _handlers))
        {
            handler(name);
        }
    }

    /// <summary>Adds a handler until what is returned is disposed.</summary>
    public IDisposable Add(Action<string> handler)
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
            _handlers = at < 0 ? _handlers : [.. _handlers[..at], .. _handlers[(at + 1)..]];
        }
    }

    private sealed class Subscription(NoticeHandlers owner, Action<string> handler) : IDisposable
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
