using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Hosting;

/// <summary>What a silo knows of the load of all silos. They tell each other every second; it can be read sooner.</summary>
internal sealed partial class SiloLoads(IGrainFactory grains, TimeProvider time, ILogger<SiloLoads> logger)
{
    /// <summary>One that does not answer may be just being lost.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Lets a silo read the load of all. Never throws but when cancelled: what could not be read comes within a second.</summary>
    public async Task RefreshAsync(SiloAddress silo, CancellationToken cancellation)
    {
        try
        {
            await grains.GetGrain<IManagementGrain>(0).ForceRuntimeStatisticsCollection([silo]).WaitAsync(Patience, time, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogNotRead(logger, e);
        }
    }

    [LoggerMessage(EventName = "SiloLoadsNotRead", Level = LogLevel.Debug, Message = "the load of the silos could not be read; they tell it themselves")]
    private static partial void LogNotRead(ILogger logger, Exception error);
}
