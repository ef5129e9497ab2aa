using System.Diagnostics;
using Xunit;

namespace Dispatcher.Testing;

/// <summary>
/// Waits for something outside of this process that tells nobody when it happens (a broker's counters, the wall clock): the
/// one place in the tests that looks again and again.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Looks until it is true; fails the test after 60 s.</summary>
    public static Task TrueAsync(Func<bool> look, string what) => TrueAsync(() => Task.FromResult(look()), what);

    /// <summary>Looks until it is true; fails the test after 60 s, or what else is given.</summary>
    public static async Task TrueAsync(Func<Task<bool>> look, string what, TimeSpan? patience = null)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await look())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < (patience ?? s_patience), $"did not happen within {patience ?? s_patience}: {what}");
            await Task.Delay(s_pause);
        }
    }

    /// <summary>Looks until the value is the wanted one; fails the test, with the last value, after 60 s.</summary>
    public static async Task EqualAsync<T>(T wanted, Func<Task<T>> look)
    {
        var start = Stopwatch.GetTimestamp();
        for (var seen = await look(); !Equals(seen, wanted); seen = await look())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < s_patience, $"wanted {wanted}, still {seen} after {s_patience}");
            await Task.Delay(s_pause);
        }
    }
}
