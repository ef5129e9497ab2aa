using System.Diagnostics;
using Xunit;

namespace Dispatcher.Testing.Server;

/// <summary>Waits for what another process does; everything inside this process is waited for by its own events.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is yes; fails the test after so many seconds.</summary>
    public static async Task TrueAsync(Func<Task<bool>> ask, string what, int seconds = 30)
    {
        using var timer = new PeriodicTimer(Interval);
        var start = Stopwatch.GetTimestamp();
        while (!await ask())
        {
            Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds < seconds, $"not within {seconds} s: {what}");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Asks until the answer is as expected; fails the test after so many seconds with the last answer.</summary>
    public static async Task<T> SeesAsync<T>(Func<Task<T>> ask, Func<T, bool> expected, string what, int seconds = 30)
    {
        using var timer = new PeriodicTimer(Interval);
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (expected(answer))
            {
                return answer;
            }

            Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds < seconds, $"not within {seconds} s: {what}; last seen: {answer}");
            await timer.WaitForNextTickAsync();
        }
    }
}
