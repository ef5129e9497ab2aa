using Dispatcher.Contracts.Configuration;
using Dispatcher.Silo.Local;

namespace Dispatcher.Silo.Hosting;

/// <summary>The end of the work: reading stops, batches in flight end, checkpoints are saved; for a bounded time.</summary>
internal sealed partial class Drain(LocalGrainDirectory grains, DispatcherConfig config, TimeProvider time, ILogger<Drain> logger)
{
    /// <summary>Ends all grains. What has not ended in time is left behind: its records are delivered again after the next start.</summary>
    public async Task RunAsync()
    {
        LogDraining(logger, grains.Count, config.ShutdownSeconds);
        try
        {
            await grains.CloseAsync().WaitAsync(TimeSpan.FromSeconds(config.ShutdownSeconds), time);
            LogDrained(logger);
        }
        catch (TimeoutException)
        {
            LogCutOff(logger, config.ShutdownSeconds);
        }
        catch (Exception e)
        {
            LogFailed(logger, e);
        }
    }
}
