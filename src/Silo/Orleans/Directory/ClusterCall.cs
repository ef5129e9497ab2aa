using Dispatcher.Contracts;
using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Directory;

/// <summary>
/// Calls that may be repeated are, while the silo that had the grain is being given up: until then the caller's message goes
/// nowhere, afterwards the grain is made elsewhere.
/// </summary>
internal sealed class ClusterCall(TimeProvider time)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    /// <summary>More than a lost silo needs to be noticed.</summary>
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMilliseconds(Limits.SiloLostMs);

    /// <summary>Calls until it works, something else fails or the time is over.</summary>
    public async Task<T> RepeatAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var wait = FirstWait;
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception e) when (IsLost(e) && time.GetElapsedTime(start) < GiveUpAfter)
            {
                await Task.Delay(wait, time, cancellation);
                wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
            }
        }
    }

    /// <summary>Calls until it works, something else fails or the time is over.</summary>
    public Task RepeatAsync(Func<Task> call, CancellationToken cancellation) => RepeatAsync(
        async () =>
        {
            await call();
            return true;
        },
        cancellation);

    /// <summary>Calls something that may take longer than a call may: whoever waits for the answer asks again until it is there.</summary>
    public async Task LongAsync(Func<Task> call, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await RepeatAsync(call, cancellation);
                return;
            }
            catch (TimeoutException)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    private static bool IsLost(Exception e) => e is SiloUnavailableException or OrleansMessageRejectionException;
}
