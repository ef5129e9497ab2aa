namespace Dispatcher.Adapters.RabbitMq;

/// <summary>Waits longer after each failure in a row: 100 ms, doubled up to a maximum, a random half of it off.</summary>
internal sealed class Backoff(TimeProvider time, Random random, int maximumMs)
{
    private const int FirstMs = 100;
    private const int DoublingsMax = 10;

    private int _failures;

    /// <summary>Waits for as long as the failures so far ask for; not at all before the first.</summary>
    public Task WaitAsync(CancellationToken cancellation)
    {
        if (_failures == 0)
        {
            return Task.CompletedTask;
        }

        var ms = Math.Min(maximumMs, FirstMs << Math.Min(_failures - 1, DoublingsMax));
        return Task.Delay(TimeSpan.FromMilliseconds(ms * (0.5 + (random.NextDouble() / 2))), time, cancellation);
    }

    /// <summary>It failed again.</summary>
    public void Failed() => _failures++;

    /// <summary>It went well.</summary>
    public void Succeeded() => _failures = 0;
}
