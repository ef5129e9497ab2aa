using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.Sources;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Mappings;

/// <summary>What every mapping of a silo works with.</summary>
internal sealed record MappingParts(
    IStore Store,
    Catalog Catalog,
    SourcePool Sources,
    IGrainDirectory Grains,
    DispatcherConfig Config,
    Troubles Troubles,
    TimeProvider Time,
    Random Random,
    ILogger<MappingGrain> Logger);
