namespace Dispatcher.Silo.Hosting;

/// <summary>What holds this process's grains: the process itself or the cluster.</summary>
internal interface IGrainHosting
{
    /// <summary>Makes ready what the grains' host needs before anything starts.</summary>
    /// <exception cref="StartupException">It cannot be had.</exception>
    Task PrepareAsync(CancellationToken cancellation);

    /// <summary>Wakes the stored mappings. Never throws; ends early when cancelled.</summary>
    Task WakeAsync(CancellationToken cancellation);

    /// <summary>Lets batches in flight end, for a bounded time, before the process stops.</summary>
    Task DrainAsync();
}
