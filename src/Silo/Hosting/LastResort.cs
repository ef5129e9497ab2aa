namespace Dispatcher.Silo.Hosting;

/// <summary>Ends the process where stopping takes too long, whatever hangs. What was in flight is delivered again.</summary>
/// <param name="seconds">How long stopping may take.</param>
/// <param name="time">The clock.</param>
/// <param name="end">Ends the process and says why.</param>
internal sealed class LastResort(int seconds, TimeProvider time, Action<string> end) : IDisposable
{
    private const int ExitCode = 1;

    private ITimer? _timer;

    /// <summary>One that ends this process.</summary>
    public static LastResort OfThisProcess(int seconds) => new(seconds, TimeProvider.System, Exit);

    /// <summary>Stopping begins: the time runs until this is disposed.</summary>
    public void Arm() => _timer = time.CreateTimer(
        _ => end($"stopping took more than {seconds} s; ended, what was in flight is delivered again"),
        null,
        TimeSpan.FromSeconds(seconds),
        Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private static void Exit(string reason)
    {
        Console.Error.WriteLine($"dispatcher: {reason}");
        Environment.Exit(ExitCode);
    }
}
