using Dispatcher.Contracts.Grains;
using Orleans;
using Orleans.Concurrency;

namespace Dispatcher.Silo.Orleans.Notices;

/// <summary>On whatever silo the gateway is connected to.</summary>
[GrainType("notice-relay")]
[StatelessWorker]
[Reentrant]
internal sealed class NoticeRelay(IChangeNotices notices) : Grain, INoticeRelay
{
    /// <inheritdoc/>
    public Task FunctionChangedAsync(string name, CancellationToken cancellation) => notices.FunctionChangedAsync(name, cancellation).AsTask();
}
