using Dispatcher.Contracts.Grains;

namespace Dispatcher.Grains.Tests.Fakes;

/// <summary>Tells handlers of changes at once.</summary>
internal sealed class FakeNotices : IChangeNotices
{
    private Action<string>? _handlers;

    public ValueTask FunctionChangedAsync(string name, CancellationToken cancellation)
    {
        _handlers?.Invoke(name);
        return ValueTask.CompletedTask;
    }

    public IDisposable OnFunctionChanged(Action<string> handler)
    {
        _handlers += handler;
        return new Unsubscribe(() => _handlers -= handler);
    }

    private sealed class Unsubscribe(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
