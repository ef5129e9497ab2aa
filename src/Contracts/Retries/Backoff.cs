namespace Dispatcher.Contracts.Retries;

/// <summary>Exponential waits with jitter.</summary>
public static class Backoff
{
    /// <summary>
    /// The wait before try number <paramref name="failures"/> + 1: doubles with every failure up to the longest, and is
    /// shortened by up to a quarter so that lanes which failed together do not come back together.
    /// </summary>
    /// <param name="failures">Failures in a row; 1 or more.</param>
    /// <param name="first">The wait after the first.</param>
    /// <param name="longest">The longest wait.</param>
    /// <param name="random">For the jitter.</param>
    public static TimeSpan Wait(int failures, TimeSpan first, TimeSpan longest, Random random)
    {
        var doublings = Math.Clamp(failures - 1, 0, 30);
        var full = Math.Min(first.TotalMilliseconds * Math.Pow(2, doublings), longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (1 - (random.NextDouble() / 4)));
    }
}
