namespace Dispatcher.Silo.Hosting;

/// <summary>All grains are in this process.</summary>
internal sealed class LocalHosting(MappingStarter mappings, Drain drain) : IGrainHosting
{
    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task WakeAsync(CancellationToken cancellation) => mappings.StartAllAsync(cancellation);

    /// <inheritdoc/>
    public Task DrainAsync() => drain.RunAsync();
}
