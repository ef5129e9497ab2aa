namespace Dispatcher.Grains.Concurrency;

/// <summary>
/// Lets so many in at a time, in the order in which they came: batches of a mapping (ScalingConfig.MaximumConcurrency),
/// invocations of the account. A place that is left goes straight to the first one waiting. The maximum can change at any
/// time: a larger one lets more in at once, a smaller one lets those that are inside end.
/// </summary>
/// <param name="maximum">How many, 1 or more.</param>
internal sealed class ConcurrencyGate(int maximum = int.MaxValue)
{
    private readonly Lock _guard = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = new();
    private int _maximum = maximum;
    private long _version = long.MinValue;
    private int _inside;

    /// <summary>How many are inside.</summary>
    public int Inside
    {
        get
        {
            lock (_guard)
            {
                return _inside;
            }
        }
    }

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_guard)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Sets the maximum.</summary>
    /// <param name="maximum">1 or more; null without one.</param>
    /// <param name="version">When the mapping was changed; an older one than the last changes nothing.</param>
    public void SetMaximum(int? maximum, long version)
    {
        lock (_guard)
        {
            if (version < _version)
            {
                return;
            }

            (_maximum, _version) = (maximum ?? int.MaxValue, version);
            LetIn();
        }
    }

    /// <summary>Goes in if there is room and nobody waits.</summary>
    public bool TryEnter()
    {
        lock (_guard)
        {
            if (_inside >= _maximum || _waiting.Count > 0)
            {
                return false;
            }

            _inside++;
            return true;
        }
    }

    /// <summary>Waits until there is room. Cancelling gives up the place in the queue.</summary>
    public async ValueTask EnterAsync(CancellationToken cancellation)
    {
        LinkedListNode<TaskCompletionSource> place;
        lock (_guard)
        {
            if (_inside < _maximum && _waiting.Count == 0)
            {
                _inside++;
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

    /// <summary>One that was let in has ended.</summary>
    public void Leave()
    {
        lock (_guard)
        {
            _inside--;
            LetIn();
        }
    }

    private void LetIn()
    {
        while (_inside < _maximum && _waiting.First is { } first)
        {
            _waiting.RemoveFirst();
            _inside++;
            first.Value.SetResult();
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

        // It was let in at the moment of giving up.
        Leave();
    }
}
