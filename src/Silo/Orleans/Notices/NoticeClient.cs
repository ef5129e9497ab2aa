using Orleans.Runtime;
using Orleans.Runtime.Services;

namespace Dispatcher.Silo.Orleans.Notices;

/// <summary>Reaches the ear of a given silo.</summary>
internal sealed class NoticeClient(IServiceProvider services) : GrainServiceClient<INoticeService>(services), INoticeClient
{
    /// <inheritdoc/>
    public Task<bool> HasStoreAsync(SiloAddress silo) => GetGrainService(silo).HasStoreAsync();

    /// <inheritdoc/>
    public Task FunctionChangedAsync(SiloAddress silo, string name) => GetGrainService(silo).FunctionChangedAsync(name);
}
