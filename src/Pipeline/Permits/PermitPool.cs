namespace Dispatcher.Pipeline.Permits;

/// <summary>
/// Permits that some functions share, or that one function has for itself. Those who wait get them in turn: one of each flow of
/// each function, then the next one of the first again. A permit that comes back goes straight to the next who waits. Pure, and
/// not safe for several threads.
/// </summary>
internal sealed class PermitPool
{
    private readonly LinkedList<PermitQueue> _turns = new();
    private int _floors;

    /// <summary>How many may be inside; what is inside already may end.</summary>
    public int Allowed { get; private set; }

    /// <summary>How many are inside, without those that floors cover.</summary>
    public int Inside { get; private set; }

    /// <summary>How many wait.</summary>
    public int Waiting { get; private set; }

    /// <summary>How many of those inside are of mappings and asynchronous events.</summary>
    public int Background { get; private set; }

    /// <summary>How many synchronous calls wait.</summary>
    public int SyncWaiting { get; private set; }

    /// <summary>Sets how many may be inside. More lets those who wait in at once.</summary>
    public void Allow(int allowed)
    {
        Allowed = allowed;
        LetIn();
    }

    /// <summary>Takes a permit if one is free. None is free while somebody waits who could have it.</summary>
    public bool TryEnter(PermitHolder holder, bool background)
    {
        if (!CanEnter(holder))
        {
            return false;
        }

        Enter(holder, background);
        return true;
    }

    /// <summary>Begins to wait.</summary>
    public PermitWaiter Wait(PermitHolder holder, string flow)
    {
        var queue = holder.Queue(flow);
        var waiter = new PermitWaiter(queue);
        if (queue.Waiting.Count == 0)
        {
            _turns.AddLast(queue);
        }

        waiter.Place = queue.Waiting.AddLast(waiter);
        Count(queue, 1);
        return waiter;
    }

    /// <summary>Does not wait any more; false where the answer was given already.</summary>
    public bool GiveUp(PermitWaiter waiter)
    {
        if (waiter.Place is null)
        {
            return false;
        }

        Take(waiter);
        return true;
    }

    /// <summary>An invocation has ended.</summary>
    public void Leave(PermitHolder holder, bool background)
    {
        Inside -= holder.Counted;
        holder.Inside--;
        Inside += holder.Counted;
        if (background)
        {
            holder.Background--;
            Background--;
        }

        LetIn();
    }

    /// <summary>Takes a function with all that runs and waits of it.</summary>
    public void Add(PermitHolder holder)
    {
        Inside += holder.Counted;
        Background += holder.Background;
        _floors += holder.Floor;
        foreach (var queue in holder.Queues)
        {
            _turns.AddLast(queue);
            Count(queue, queue.Waiting.Count);
        }

        LetIn();
    }

    /// <summary>Lets go of a function with all that runs and waits of it.</summary>
    public void Remove(PermitHolder holder)
    {
        Inside -= holder.Counted;
        Background -= holder.Background;
        _floors -= holder.Floor;
        foreach (var queue in holder.Queues)
        {
            _turns.Remove(queue);
            Count(queue, -queue.Waiting.Count);
        }

        LetIn();
    }

    /// <summary>Sets how many of a function may run besides what the pool has.</summary>
    public void SetFloor(PermitHolder holder, int floor)
    {
        Inside -= holder.Counted;
        _floors += floor - holder.Floor;
        holder.Floor = floor;
        Inside += holder.Counted;
        LetIn();
    }

    /// <summary>Sends away all who wait for permits of a function.</summary>
    public void Refuse(PermitHolder holder, PermitAnswer answer)
    {
        foreach (var waiter in holder.Queues.SelectMany(queue => queue.Waiting).ToList())
        {
            Take(waiter);
            waiter.Tell(answer);
        }
    }

    private bool CanEnter(PermitHolder holder) => Inside < Allowed || holder.Inside < holder.Floor;

    private void Enter(PermitHolder holder, bool background)
    {
        Inside -= holder.Counted;
        holder.Inside++;
        Inside += holder.Counted;
        if (background)
        {
            holder.Background++;
            Background++;
        }
    }

    private void LetIn()
    {
        var turn = _turns.First;
        while (turn is not null && (Inside < Allowed || _floors > 0))
        {
            var queue = turn.Value;
            if (!CanEnter(queue.Holder))
            {
                // The pool is full, but somebody behind may have a floor.
                turn = turn.Next;
                continue;
            }

            var waiter = queue.Waiting.First!.Value;
            Take(waiter);
            if (queue.Waiting.Count > 0)
            {
                _turns.Remove(turn);
                _turns.AddLast(turn);
            }

            Enter(queue.Holder, queue.IsBackground);
            waiter.Tell(PermitAnswer.Entered);
            turn = _turns.First;
        }
    }

    private void Take(PermitWaiter waiter)
    {
        var queue = waiter.Queue;
        queue.Waiting.Remove(waiter.Place!);
        waiter.Place = null;
        Count(queue, -1);
        if (queue.Waiting.Count == 0)
        {
            _turns.Remove(queue);
            queue.Holder.Forget(queue);
        }
    }

    private void Count(PermitQueue queue, int more)
    {
        Waiting += more;
        SyncWaiting += queue.IsBackground ? 0 : more;
    }
}
