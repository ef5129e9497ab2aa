using Dispatcher.Contracts.Grains;
using Orleans;

namespace Dispatcher.Silo.Orleans.Activations;

/// <summary>A mapping's grain in the cluster; the key is its UUID as AWS prints it.</summary>
[Alias("dispatcher.mapping")]
internal interface IMappingActivation : IMappingGrain, IGrainWithStringKey;
