using Orleans;
using Orleans.Services;

namespace Dispatcher.Silo.Orleans.Notices;

/// <summary>The ear of one silo; there is one on each.</summary>
[Alias("dispatcher.notices")]
internal interface INoticeService : IGrainService
{
    /// <summary>A function changed.</summary>
    Task FunctionChangedAsync(string name);

    /// <summary>Whether the store answers that silo.</summary>
    Task<bool> HasStoreAsync();
}
