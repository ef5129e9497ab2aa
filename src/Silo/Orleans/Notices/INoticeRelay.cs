using Orleans;

namespace Dispatcher.Silo.Orleans.Notices;

/// <summary>Lets a gateway, which knows no silos, tell all of them something through one.</summary>
[Alias("dispatcher.notice-relay")]
internal interface INoticeRelay : IGrainWithIntegerKey
{
    /// <summary>A function changed; ends when every silo has heard.</summary>
    Task FunctionChangedAsync(string name, CancellationToken cancellation);
}
