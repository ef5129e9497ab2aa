namespace Dispatcher.Silo.Hosting;

/// <summary>Ends the process where stopping takes too long, whatever hangs. What was in flight is delivered again.</summary>
internal sealed class LastResort(int seconds) : IDisposable
{
    private const int ExitCode = 1;

    private Timer? _timer;

    /// <summary>Stopping begins: the time runs until this is disposed.</summary>
    public void Arm() => _timer = new Timer(_ => End(), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void End()
    {
        Console.Error.WriteLine($"dispatcher: stopping took more than {seconds} s; ended, what was in flight is delivered again");
        Environment.Exit(ExitCode);
    }
}
