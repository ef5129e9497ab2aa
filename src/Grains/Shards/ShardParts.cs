using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.Concurrency;
using Dispatcher.Grains.Destinations;
using Dispatcher.Grains.Leases;
using Dispatcher.Grains.Sources;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Shards;

/// <summary>What every shard of a silo works with.</summary>
internal sealed record ShardParts(
    IStore Store,
    SourcePool Sources,
    ShardPlans Plans,
    BatchInvoker Invoker,
    BatchHandOver HandOver,
    ConcurrencyGates Gates,
    InvocationPermits Permits,
    ShardGauges Gauges,
    LeaseBook Leases,
    IGrainDirectory Grains,
    Instruments Instruments,
    Troubles Troubles,
    TimeProvider Time,
    Random Random,
    ILogger<ShardGrain> Logger);
