using Dispatcher.Contracts.Grains;
using Dispatcher.Silo.Orleans.Directory;
using Orleans;

namespace Dispatcher.Silo.Orleans.Notices;

/// <summary>The change notices of a gateway: its own handlers, and through a silo all silos.</summary>
internal sealed class RelayedChangeNotices(NoticeHandlers handlers, IGrainFactory grains, TimeProvider time) : IChangeNotices
{
    private readonly ClusterCall _calls = new(time);

    /// <inheritdoc/>
    public async ValueTask FunctionChangedAsync(string name, CancellationToken cancellation)
    {
        handlers.FunctionChanged(name);
        await _calls.RepeatAsync(() => grains.GetGrain<INoticeRelay>(0).FunctionChangedAsync(name, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public IDisposable OnFunctionChanged(Action<string> handler) => handlers.Add(handler);
}
