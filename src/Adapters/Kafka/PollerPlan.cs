using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Adapters.Kafka;

/// <summary>How many pollers there are to be. Pure.</summary>
internal static class PollerPlan
{
    /// <summary>
    /// One without ProvisionedPollerConfig. With it: one for each partition that is behind, no fewer than the minimum, no more than
    /// the maximum or the partitions there are (a poller without a partition does nothing).
    /// </summary>
    /// <param name="config">ProvisionedPollerConfig; null without.</param>
    /// <param name="open">Partitions that this process reads.</param>
    /// <param name="all">Partitions of the topic: in a cluster every silo runs its part of the pollers.</param>
    /// <param name="behind">Partitions here that are behind.</param>
    public static int Wanted(ProvisionedPollers? config, int open, int all, int behind)
    {
        if (config is null || open == 0)
        {
            return 1;
        }

        var maximum = Math.Min(Part(config.Maximum ?? open, open, all), open);
        return Math.Clamp(behind, Math.Min(Part(config.Minimum ?? 1, open, all), maximum), maximum);
    }

    /// <summary>This process' part of all pollers, as large as its part of the partitions; one at least.</summary>
    private static int Part(int pollers, int open, int all)
        => all <= open ? pollers : Math.Max(1, (int)((((long)pollers * open) + (all / 2)) / all));
}
