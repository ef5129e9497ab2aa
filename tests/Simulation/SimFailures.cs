namespace Dispatcher.Simulation.Tests;

/// <summary>How often what failed, as it was seen from outside.</summary>
/// <param name="Records">Failed invocations by position.</param>
/// <param name="Finals">Failed final invocations of windows that are open, by lane and beginning.</param>
internal sealed record SimFailures(Dictionary<long, int> Records, Dictionary<(int Lane, long StartMs), int> Finals)
{
    /// <summary>As it is now, whatever fails later.</summary>
    public SimFailures Copy() => new(new(Records), new(Finals));
}
