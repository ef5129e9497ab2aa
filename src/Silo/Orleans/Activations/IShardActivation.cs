using Dispatcher.Contracts.Grains;
using Orleans;

namespace Dispatcher.Silo.Orleans.Activations;

/// <summary>A shard's grain in the cluster; the key is <c>uuid/shard</c>.</summary>
[Alias("dispatcher.shard")]
internal interface IShardActivation : IShardGrain, IGrainWithStringKey;
