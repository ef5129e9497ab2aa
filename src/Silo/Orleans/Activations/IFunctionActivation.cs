using Dispatcher.Contracts.Grains;
using Orleans;

namespace Dispatcher.Silo.Orleans.Activations;

/// <summary>A function's grain in the cluster; the key is the function's name.</summary>
[Alias("dispatcher.function")]
internal interface IFunctionActivation : IFunctionGrain, IGrainWithStringKey;
