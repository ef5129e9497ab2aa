using Orleans;

namespace Dispatcher.Silo.Orleans.Serialization;

/// <summary>A failure of the store on its way between silos.</summary>
[GenerateSerializer]
[Alias("dispatcher.store-error")]
internal struct StoreExceptionSurrogate
{
    /// <summary>What tells the operator what to do.</summary>
    [Id(0)]
    public string Message;
}
