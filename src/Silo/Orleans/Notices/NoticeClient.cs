using Orleans.Runtime;
using Orleans.Runtime.Services;

namespace Dispatcher.Silo.Orleans.Notices;

/// <summary>Reaches the ear of a given silo.</summary>
internal sealed class NoticeClient(IServiceProvider services) : GrainServiceClient<INoticeService>(services)
{
    /// <summary>Tells one silo.</summary>
    public Task FunctionChangedAsync(SiloAddress silo, string name) => GetGrainService(silo).FunctionChangedAsync(name);
}
