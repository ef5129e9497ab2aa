using Dispatcher.Contracts;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Records;
using Dispatcher.Pipeline.Retries;

namespace Dispatcher.Pipeline.Shards;

/// <summary>
/// Everything that is decided about one shard: which records form a batch, what runs now, what is tried again and when, what
/// is done. Pure: time and randomness come in, actions go out, one caller at a time. The shard grain does what it says.
/// </summary>
internal sealed partial class ShardEngine
{
    private readonly Random _random;
    private readonly RecordWindow _window;
    private readonly HashSet<Batch> _running = [];
    private Restorer? _restorer;
    private LaneSet _lanes;
    private ShardPlan _plan;
    private bool _relaning;
    private bool _changed;
    private long _polled;
    private long _succeeded;
    private long _filtered;
    private long _destination;
    private long _dropped;
    private long _returned;
    private long _skipped;

    /// <param name="plan">The mapping's options.</param>
    /// <param name="start">Where the shard goes on.</param>
    /// <param name="random">For the jitter of waits.</param>
    public ShardEngine(ShardPlan plan, Checkpoint start, Random random)
    {
        (_plan, _random, _window) = (plan, random, new RecordWindow(start.Next));
        _lanes = new LaneSet(plan.Lanes, plan.Ordered);
        _restorer = plan.Remembers ? null : Restorer.For(start);
        _recall = plan.Remembers ? TroubleRecall.For(start) : null;
        Ended = start.Ended;
        RestoreWindows(start.Windows);
    }

    /// <summary>The mapping's options as they are used now.</summary>
    public ShardPlan Plan => _plan;

    /// <summary>True: nothing new is begun; batches that run may end.</summary>
    public bool Draining { get; set; }

    /// <summary>True once the shard was read to its end for good.</summary>
    public bool Ended { get; private set; }

    /// <summary>True where the shard was read to its end and every outcome is known.</summary>
    public bool Finished => Ended && _window.Pending == 0 && !WindowsOpen;

    /// <summary>Batches that run now.</summary>
    public int Running => _running.Count;

    /// <summary>Records that the first gap has passed since the start.</summary>
    public long Passed => _window.Passed;

    /// <summary>Where the shard is read on.</summary>
    public long NextRead => _window.NextRead;

    /// <summary>The first gap.</summary>
    public long Next => _window.Next;

    /// <summary>The ledger.</summary>
    public ShardCounts Counts => new(_polled, _succeeded, _filtered, _destination, _dropped, _returned, _skipped, _window.Pending);

    /// <summary>How many records may be read now; 0: stop reading until a batch has ended.</summary>
    public int ReadRoom => Room(0, 0);

    /// <summary>
    /// How many records may be read while that page, which is not accepted yet, is; 0 where that is known only afterwards.
    /// </summary>
    public int ReadRoomBeside(RecordPage page) => page.EndOfShard || _restorer is not null ? 0 : Room(page.Count, page.Bytes);

    private bool Full => Bursts(0, 0);

    /// <summary>Takes a page of records over; it is disposed when the last of them is done.</summary>
    public void Accept(RecordPage page, long nowMs)
    {
        _polled += page.Count;
        _endPosition = Math.Max(_endPosition, page.EndPosition);
        if (page.Count > 0)
        {
            var hold = _window.Hold(page);
            for (var i = 0; i < hold.Count; i++)
            {
                AcceptRecord(hold, i, nowMs);
            }
        }

        _window.ReadUpTo(page.NextPosition);
        Ended |= page.EndOfShard;
        _changed |= page.EndOfShard;
        Restore();
        if (page.Count == 0)
        {
            page.Dispose();
        }
    }

    /// <summary>
    /// Other options from now on. Batches that run end under the old ones; those that wait for their next try have it at once, for
    /// the change may be the cure.
    /// </summary>
    public void Update(ShardPlan plan)
    {
        foreach (var lane in _lanes.All)
        {
            foreach (var waiting in lane.First)
            {
                waiting.NotBeforeMs = 0;
            }
        }

        if (WaitsForWindows(plan))
        {
            return;
        }

        var relane = plan.Lanes != _plan.Lanes || plan.Ordered != _plan.Ordered;
        _plan = plan;
        if (relane)
        {
            Relane();
        }
    }

    /// <summary>What is done, where that has changed since the last call; else null.</summary>
    public Checkpoint? TakeCheckpoint()
    {
        if (!_changed)
        {
            return null;
        }

        _changed = false;
        return Checkpoint();
    }

    /// <summary>The last checkpoint could not be saved; it is to be taken again.</summary>
    public void CheckpointLost() => _changed = true;

    /// <summary>What is done now.</summary>
    public Checkpoint Checkpoint() => new(_window.Next)
    {
        Finished = Done(),
        Troubled = Troubles(),
        Windows = OpenWindows(),
        Ended = Finished,
    };

    /// <summary>The position of a record of a batch, also shortly after it was done.</summary>
    public long PositionOf(long number) => _window.Entry(number).Position;

    /// <summary>What the lanes do now.</summary>
    public IReadOnlyList<LaneView> Lanes() => [.. _lanes.All.ToArray().Select(View)];

    private LaneView View(Lane lane)
    {
        var next = lane.First.First?.Value;
        var troubled = lane.Running is { InTrouble: true } ? lane.Running : next;
        var backlog = lane.Backlog.Count + lane.First.Sum(b => b.Count);
        return new LaneView(lane.Index, backlog, lane.Running, next, troubled is { InTrouble: true, Count: > 0 } ? _window.Entry(troubled.Numbers[0]).Position : null);
    }

    private int Room(int moreRecords, long moreBytes)
    {
        if (Ended || Draining || Bursts(moreRecords, moreBytes))
        {
            return 0;
        }

        // The records of an earlier life fitted then; without them its batches can never run.
        var room = _restorer is null ? _plan.PendingRecords - _window.Pending - moreRecords : Limits.ReadRecords;
        return Math.Clamp(room, 0, Limits.ReadRecords);
    }

    /// <summary>Whether the shard holds as much as it may, with so many more records and bytes.</summary>
    private bool Bursts(int moreRecords, long moreBytes) => _restorer is null
        && (_window.Pending + moreRecords >= _plan.PendingRecords
            || _window.Bytes + moreBytes >= Limits.ShardBufferBytes
            || _window.Runs >= Limits.CheckpointRanges
            || _window.Span + moreRecords >= Limits.ShardWindowRecords);

    private void AcceptRecord(PageHold hold, int index, long nowMs)
    {
        ref readonly var record = ref hold.Page.Records[index];
        var known = _restorer?.Find(record.Position) ?? RestoreMap.Unknown;
        var filtered = known != RestoreMap.Finished && _plan.Filter is { } filter && !filter.Matches(record);
        if (filtered || known == RestoreMap.Finished)
        {
            _filtered += filtered ? 1 : 0;
            _skipped += filtered ? 0 : 1;
            Finish(_window.Add(record.Position, hold, index, 0, nowMs));
            return;
        }

        var size = _plan.Shape.Bound(record);
        var lane = _lanes.Of(record);
        var number = _window.Add(record.Position, hold, index, size, nowMs);
        if (known >= 0)
        {
            _restorer!.Add(known, number, lane);
        }
        else if (_recall is null || !_recall.TryAdd(record, number, _lanes, nowMs))
        {
            lane.Backlog.Add(number, size);
        }
    }

    private void Restore()
    {
        if (_restorer?.ReadUpTo(Ended ? long.MaxValue : _window.NextRead) == true)
        {
            _restorer = null;
        }
    }

    private void Finish(long number)
    {
        _window.Finish(number);
        _changed = true;
    }

    private List<PositionRange> Done()
    {
        var ranges = _window.FinishedRanges();
        ranges.AddRange(_restorer?.UnreadFinished(_window.NextRead) ?? []);
        return ranges;
    }

    private List<TroubledBatch> Troubles()
    {
        if (_plan.Remembers)
        {
            return Remembered();
        }

        var troubles = _restorer?.Unread(_window.NextRead) ?? [];
        foreach (var lane in _lanes.All)
        {
            troubles.AddRange(lane.First.Where(b => b is { InTrouble: true, Restoring: false, Count: > 0 }).Select(Trouble));
        }

        troubles.AddRange(_running.Where(b => b is { InTrouble: true, Count: > 0 }).Select(Trouble));
        return troubles;
    }

    private TroubledBatch Trouble(Batch batch)
    {
        var ranges = new List<PositionRange>();
        for (var i = 0; i < batch.Count; i++)
        {
            var from = i;
            while (i + 1 < batch.Count && batch.Numbers[i + 1] == batch.Numbers[i] + 1)
            {
                i++;
            }

            ranges.Add(new PositionRange(_window.Entry(batch.Numbers[from]).Position, _window.Entry(batch.Numbers[i]).Position));
        }

        return TroubleMemory.Of(batch, ranges);
    }

    /// <summary>
    /// Everything that waits goes to the lanes of the new plan. Nothing is started until the batches that run have ended, so
    /// that no key is in two lanes at a time.
    /// </summary>
    private void Relane()
    {
        _recall?.ReleaseAll(_lanes);
        var old = _lanes;
        _lanes = new LaneSet(_plan.Lanes, _plan.Ordered);
        _relaning = _running.Count > 0;
        var batches = old.All.ToArray().SelectMany(l => l.First).OrderByDescending(b => b.Rank).ThenByDescending(b => b.Count == 0 ? long.MaxValue : b.Numbers[0]);
        foreach (var batch in batches.Where(b => b is { Restoring: false, Count: > 0 }))
        {
            _lanes.Requeue(batch, _window);
        }

        _restorer?.Relane(_window, _lanes);
        var waiting = new List<long>();
        foreach (var backlog in old.All.ToArray().Select(l => l.Backlog).Distinct())
        {
            while (backlog.Count > 0)
            {
                waiting.Add(backlog.Take(_window.Entry(backlog.First).Size));
            }
        }

        waiting.Sort();
        foreach (var number in waiting)
        {
            _lanes.Of(_window.Record(number)).Backlog.Add(number, _window.Entry(number).Size);
        }
    }
}
