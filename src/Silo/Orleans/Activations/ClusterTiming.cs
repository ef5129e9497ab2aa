namespace Dispatcher.Silo.Orleans.Activations;

/// <summary>How often and how long the activations of a silo do what they do besides their work.</summary>
internal sealed record ClusterTiming
{
    /// <summary>From an activation's beginning to its first check.</summary>
    public TimeSpan FirstCheck { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Between two checks whether an activation still holds something; below Orleans' shortest collection age.</summary>
    public TimeSpan Check { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The reminder's period: a mapping that nobody missed comes back after this at the latest (a lost silo is noticed far
    /// sooner). One minute is what Orleans recommends at least.
    /// </summary>
    public TimeSpan Wake { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long batches in flight may run on when a grain moves away; leaves time to unregister within 30 s.</summary>
    public TimeSpan HandOver { get; init; } = TimeSpan.FromSeconds(20);
}
