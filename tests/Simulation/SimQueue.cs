using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Records;

namespace Dispatcher.Simulation.Tests;

/// <summary>
/// A source without lasting positions, like a queue: each life numbers anew what it gets. What was not acknowledged when the
/// owner died is hidden for a while and then comes again, in any order but that of its key where keys have one.
/// </summary>
internal sealed class SimQueue : SimLog
{
    private readonly bool _ordered;
    private readonly Random _random;
    private readonly Dictionary<long, long> _hiddenUntilMs = [];
    private readonly Dictionary<long, long> _held = [];
    private readonly HashSet<long> _acknowledged = [];
    private readonly List<long> _open;

    // Known for as long as a life lasts: the position of what is done may still be asked for.
    private readonly Dictionary<long, long> _numbers = [];

    public SimQueue(SimOptions options, Random random)
        : base(options, random)
        => (_ordered, _random, _open) = (options.Plan.Ordered, random, [.. Positions]);

    public override long? ReadableAt(long from) => Chains().Select(chain => ReadyMs(chain[0])).Cast<long?>().Min();

    public override long NumberAt(long position) => _numbers[position];

    public override RecordPage Read(long from, int maximum, long nowMs)
    {
        var page = new RecordPage { EndPosition = from };
        var ready = Chains().Select(chain => new Queue<long>(chain.TakeWhile(n => ReadyMs(n) <= nowMs))).Where(chain => chain.Count > 0).ToList();
        while (page.Count < maximum && ready.Count > 0)
        {
            var chain = _random.Next(ready.Count);
            var number = ready[chain].Dequeue();
            if (ready[chain].Count == 0)
            {
                ready.RemoveAt(chain);
            }

            (_held[number], _numbers[from]) = (from, number);
            Add(page, from++, number);
        }

        page.NextPosition = from;
        return page;
    }

    public override bool IsRead(long number, long nextRead) => _held.ContainsKey(number);

    public override bool IsPassed(long number, Checkpoint checkpoint)
        => _held.TryGetValue(number, out var position) ? base.IsPassed(position, checkpoint) : _acknowledged.Contains(number);

    public override void Commit(Checkpoint checkpoint)
    {
        foreach (var number in _held.Keys.Where(number => IsPassed(number, checkpoint)).ToArray())
        {
            _acknowledged.Add(number);
            _held.Remove(number);
            _open.Remove(number);
        }
    }

    public override bool IsDone(Checkpoint saved) => _open.Count == 0;

    /// <summary>Messages that were received together are visible again nearly together; some others soon, some late.</summary>
    public override void Crash(long nowMs)
    {
        var together = nowMs + _random.Next(30_000);
        foreach (var number in _held.Keys)
        {
            _hiddenUntilMs[number] = _random.Next(20) == 0 ? nowMs + _random.Next(60_000) : together + _random.Next(1_000);
        }

        _held.Clear();
        _numbers.Clear();
    }

    private long ReadyMs(long number) => Math.Max(AtMs(number), _hiddenUntilMs.GetValueOrDefault(number));

    /// <summary>
    /// What may be received: each message for itself, or with keys in order all that wait of a key, unless one of it is held.
    /// </summary>
    private IEnumerable<long[]> Chains()
    {
        var open = _open.Where(n => !_held.ContainsKey(n));
        if (!_ordered)
        {
            return open.Select(n => new[] { n });
        }

        var locked = _held.Keys.Select(KeyOf).ToHashSet();
        return open.GroupBy(KeyOf).Where(group => !locked.Contains(group.Key)).Select(group => group.ToArray());
    }
}
