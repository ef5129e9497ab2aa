using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Notices;

/// <summary>What a silo tells and asks a given other one.</summary>
internal interface INoticeClient
{
    /// <summary>Asks one silo whether the store answers it.</summary>
    Task<bool> HasStoreAsync(SiloAddress silo);

    /// <summary>Tells one silo that a function changed.</summary>
    Task FunctionChangedAsync(SiloAddress silo, string name);
}
