using Dispatcher.Contracts.Grains;

namespace Dispatcher.Silo.Local;

/// <summary>Change notices inside this process: handlers run at once, in the caller's turn.</summary>
internal sealed class LocalChangeNotices : IChangeNotices
{
    private readonly NoticeHandlers _handlers = new();

    /// <inheritdoc/>
    public ValueTask FunctionChangedAsync(string name, CancellationToken cancellation)
    {
        _handlers.FunctionChanged(name);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public IDisposable OnFunctionChanged(Action<string> handler) => _handlers.Add(handler);
}
