using System.Threading.Channels;

namespace Dispatcher.Adapters.Kafka;

/// <summary>Looks from time to time, and when it is woken, whether the number of pollers is right.</summary>
internal sealed class PollerScaler : IAsyncDisposable
{
    private readonly Func<TimeSpan> _pace;
    private readonly Func<Task> _scale;
    private readonly TimeProvider _time;
    private readonly Action<Exception> _failed;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task _loop;

    /// <summary>Begins.</summary>
    /// <param name="pace">Time between two looks as it is now; infinite: only when woken.</param>
    /// <param name="scale">One look.</param>
    /// <param name="time">The clock.</param>
    /// <param name="failed">Is told of a look that failed; the next one follows.</param>
    public PollerScaler(Func<TimeSpan> pace, Func<Task> scale, TimeProvider time, Action<Exception> failed)
    {
        (_pace, _scale, _time, _failed) = (pace, scale, time, failed);
        using var apart = ExecutionContext.SuppressFlow();
        _loop = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>Looks now.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (await WaitAsync())
        {
            try
            {
                await _scale();
            }
            catch (Exception error)
            {
                _failed(error);
            }
        }
    }

    /// <summary>Waits for the next look; false where there is none any more.</summary>
    private async Task<bool> WaitAsync()
    {
        using var limit = new CancellationTokenSource(_pace(), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        try
        {
            await _wake.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // The time is over, or all is.
        }

        return !_stop.IsCancellationRequested;
    }
}
