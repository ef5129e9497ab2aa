using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Notices;

/// <summary>Hears for this silo and tells its handlers.</summary>
[Reentrant]
internal sealed class NoticeService(GrainId id, global::Orleans.Runtime.Silo silo, ILoggerFactory loggers, NoticeHandlers handlers, IStorePulse store)
    : GrainService(id, silo, loggers), INoticeService
{
    /// <inheritdoc/>
    public Task FunctionChangedAsync(string name)
    {
        handlers.FunctionChanged(name);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> HasStoreAsync() => Task.FromResult(store.Answers);
}
