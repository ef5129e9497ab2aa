using Dispatcher.Pipeline.Permits;

namespace Dispatcher.Grains.Concurrency;

/// <summary>
/// Lets so many in at a time, in the order in which they came: batches of a mapping (ScalingConfig.MaximumConcurrency),
/// invocations of the account. A place that is left goes straight to the first one waiting. The maximum can change at any
/// time: a larger one lets more in at once, a smaller one lets those that are inside end.
/// </summary>
/// <param name="maximum">How many, 1 or more.</param>
/// <param name="loan">What is lent to this silo of the maximum; null where all of it is here.</param>
internal sealed class ConcurrencyGate(int maximum = int.MaxValue, GateLoan? loan = null)
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

    /// <summary>What is done with the permits that are lent. Without a maximum none is used.</summary>
    public PermitUse Use
    {
        get
        {
            lock (_guard)
            {
                var lent = loan?.Permits ?? 0;
                return _maximum == int.MaxValue ? new PermitUse(lent, 0, 0) : new PermitUse(lent, _inside, _waiting.Count);
            }
        }
    }

    /// <summary>How many may be inside now.</summary>
    private int Room => loan is null || _maximum == int.MaxValue ? _maximum : Math.Min(_maximum, loan.Permits);

    /// <summary>Sets how many permits are lent, and the clock's time stamp until which they hold.</summary>
    public void Lend(int permits, long until)
    {
        lock (_guard)
        {
            loan?.Set(permits, until);
            LetIn();
        }
    }

    /// <summary>Gives back what is lent, if nothing uses it or waits for it.</summary>
    public bool TryGiveBack()
    {
        lock (_guard)
        {
            if (_maximum != int.MaxValue && _inside + _waiting.Count > 0)
            {
                return false;
            }

            loan?.Set(0, 0);
            return true;
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

            var before = _maximum;
            (_maximum, _version) = (maximum ?? int.MaxValue, version);
            LetIn();
            if (_maximum == before)
            {
                return;
            }
        }

        loan?.Changed();
    }

    /// <summary>Goes in if there is room and nobody waits.</summary>
    public bool TryEnter()
    {
        lock (_guard)
        {
            if (_inside >= Room || _waiting.Count > 0)
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
        bool idle;
        lock (_guard)
        {
            if (_inside < Room && _waiting.Count == 0)
            {
                _inside++;
                return;
            }

            place = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            idle = _inside == 0;
        }

        if (idle)
        {
            loan?.Want();
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
        while (_inside < Room && _waiting.First is { } first)
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
