using Orleans;
using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Warm;

/// <summary>
/// Counts the calls that other silos handed to this one, so that a silo that leaves lets them end and takes no new ones: to the
/// silo that handed one over its outcome would be unknown, and the call be made again.
/// </summary>
internal sealed class WarmGuests : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private bool _closed;

    /// <summary>Whether the silo leaves and takes no more calls.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock)
            {
                return _closed;
            }
        }
    }

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
        => lifecycle.Subscribe(nameof(WarmGuests), ServiceLifecycleStage.BecomeActive, static _ => Task.CompletedTask, CloseAsync);

    /// <summary>Lets a call in; false where the silo leaves. Whoever was let in says <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            _count += _closed ? 0 : 1;
            return !_closed;
        }
    }

    /// <summary>A call has ended.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _count--;
            TellIfGone();
        }
    }

    /// <summary>
    /// Lets nobody in any more and waits until all have left, beside the grains that let their batches end. What has not ended when the
    /// time to stop is over is cut off.
    /// </summary>
    private async Task CloseAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            _closed = true;
            TellIfGone();
        }

        await _gone.Task.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void TellIfGone()
    {
        if (_closed && _count == 0)
        {
            _gone.TrySetResult();
        }
    }
}
