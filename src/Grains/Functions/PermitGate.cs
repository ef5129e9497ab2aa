namespace Dispatcher.Grains.Functions;

/// <summary>
/// Free permits and those who wait for one, in the order in which they came. A permit that is given back goes straight to
/// the first one waiting, so that none is idle while somebody waits.
/// </summary>
internal sealed class PermitGate(int permits)
{
    private readonly int _all = permits;
    private readonly Lock _guard = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = new();
    private int _free = permits;

    /// <summary>Permits in use.</summary>
    public int InUse
    {
        get
        {
            lock (_guard)
            {
                return _all - _free;
            }
        }
    }

    /// <summary>Takes a permit if one is free and nobody waits.</summary>
    public bool TryEnter()
    {
        lock (_guard)
        {
            if (_free == 0 || _waiting.Count > 0)
            {
                return false;
            }

            _free--;
            return true;
        }
    }

    /// <summary>Waits for a permit. Cancelling gives up the place in the queue.</summary>
    public async ValueTask EnterAsync(CancellationToken cancellation)
    {
        LinkedListNode<TaskCompletionSource> place;
        lock (_guard)
        {
            if (_free > 0 && _waiting.Count == 0)
            {
                _free--;
                return;
            }

            place = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        try
        {
            await place.Value.Task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            GiveUp(place);
            throw;
        }
    }

    /// <summary>Gives a permit back.</summary>
    public void Leave()
    {
        lock (_guard)
        {
            if (_waiting.First is { } first)
            {
                _waiting.RemoveFirst();
                first.Value.SetResult();
                return;
            }

            _free++;
        }
    }

    private void GiveUp(LinkedListNode<TaskCompletionSource> place)
    {
        lock (_guard)
        {
            if (place.List is not null)
            {
                _waiting.Remove(place);
                return;
            }
        }

        // The permit came at the moment of giving up.
        Leave();
    }
}
