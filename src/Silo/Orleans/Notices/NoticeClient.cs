using Orleans.Runtime;
using Orleans.Runtime.Services;

namespace Dispatcher.Silo.Orleans.Notices;

/// <summary>Reaches the ear of a given silo.</summary>
internal sealed class NoticeClient(IServiceProvider services) : GrainServiceClient<INoticeService>(services)
{
    /// <summary>Asks one silo whether the store answers it.</summary>
    public Task<bool> HasStoreAsync(SiloAddress silo) => GetGrainService(silo).HasStoreAsync();

    /// <summary>Tells one silo.</summary>
    public Task FunctionChangedAsync(SiloAddress silo, string name) => GetGrainService(silo).FunctionChangedAsync(name);
}
