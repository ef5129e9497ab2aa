namespace Dispatcher.Grains.Functions;

/// <summary>Where calls of one name go: to one version or, for an alias with weights, to one of two.</summary>
/// <param name="Main">The version.</param>
/// <param name="Additional">The version that gets a share of the calls; null without.</param>
/// <param name="Weight">The share of <paramref name="Additional"/>, 0..1.</param>
internal sealed record FunctionRoute(FoundFunction Main, FoundFunction? Additional = null, double Weight = 0)
{
    /// <summary>The version for one call.</summary>
    /// <param name="random">Decides between two versions.</param>
    public FoundFunction Pick(Random random)
        => Additional is not null && random.NextDouble() < Weight ? Additional : Main;

    /// <summary>Everything that calls may go to.</summary>
    public IEnumerable<FoundFunction> All => Additional is null ? [Main] : [Main, Additional];
}
