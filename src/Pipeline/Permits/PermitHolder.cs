namespace Dispatcher.Pipeline.Permits;

/// <summary>One function and the permits that its running invocations have.</summary>
/// <param name="name">The function's name.</param>
internal sealed class PermitHolder(string name)
{
    private readonly Dictionary<string, PermitQueue> _queues = new(StringComparer.Ordinal);

    /// <summary>The function's name.</summary>
    public string Name => name;

    /// <summary>Invocations that run.</summary>
    public int Inside { get; set; }

    /// <summary>Those of them that nobody waits for: of mappings and asynchronous events.</summary>
    public int Background { get; set; }

    /// <summary>How many may run besides what the pool has: provisioned concurrency of a function without a reservation.</summary>
    public int Floor { get; set; }

    /// <summary>How many of them the pool counts.</summary>
    public int Counted => Math.Max(0, Inside - Floor);

    /// <summary>Queues in which somebody waits or has waited.</summary>
    public IReadOnlyCollection<PermitQueue> Queues => _queues.Values;

    /// <summary>Whether nothing is known of it that would be lost.</summary>
    public bool IsIdle => Inside == 0 && Floor == 0 && _queues.Count == 0;

    /// <summary>The queue of a flow.</summary>
    public PermitQueue Queue(string flow)
    {
        if (!_queues.TryGetValue(flow, out var queue))
        {
            _queues[flow] = queue = new PermitQueue(this, flow);
        }

        return queue;
    }

    /// <summary>Nobody waits there any more.</summary>
    public void Forget(PermitQueue queue) => _queues.Remove(queue.Flow);
}
