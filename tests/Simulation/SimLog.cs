using System.Text;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Records;

namespace Dispatcher.Simulation.Tests;

/// <summary>
/// The source: records that are there from the start or come over time. Each has a number; here that is its position, for ever.
/// </summary>
internal class SimLog
{
    private readonly List<(long Position, string Key, long AtMs, bool Poison)> _records = [];
    private readonly Dictionary<long, int> _indexes = [];

    public SimLog(SimOptions options, Random random)
    {
        long position = random.Next(5);
        long at = 0;
        for (var i = 0; i < options.Records; i++)
        {
            at += random.Next(4) == 0 ? random.Next(500) : 0;
            _indexes[position] = i;
            _records.Add((position, $"k{random.Next(options.Keys)}", at, random.Next(100) < options.PoisonPercent));
            position += options.Gaps ? random.Next(1, 4) : 1;
        }
    }

    public IEnumerable<long> Positions => _records.Select(r => r.Position);

    /// <summary>One above the last position.</summary>
    public long End => _records[^1].Position + 1;

    /// <summary>When the next record from a position on is there; null where none will be.</summary>
    public virtual long? ReadableAt(long from)
    {
        var index = _records.FindIndex(r => r.Position >= from);
        return index < 0 ? null : _records[index].AtMs;
    }

    public string KeyOf(long number) => _records[_indexes[number]].Key;

    public bool IsPoison(long number) => _records[_indexes[number]].Poison;

    /// <summary>The number of the record that the present life knows by a position.</summary>
    public virtual long NumberAt(long position) => position;

    /// <summary>Reads up to so many records from a position on.</summary>
    public virtual RecordPage Read(long from, int maximum, long nowMs)
    {
        var page = new RecordPage();
        foreach (var record in _records.Where(r => r.Position >= from && r.AtMs <= nowMs).Take(maximum))
        {
            Add(page, record.Position, record.Position);
        }

        page.EndPosition = End;
        return page;
    }

    /// <summary>Whether the present life has read a record, which may be done.</summary>
    public virtual bool IsRead(long number, long nextRead) => number < nextRead;

    /// <summary>Whether a checkpoint of the present life holds a record for done.</summary>
    public virtual bool IsPassed(long number, Checkpoint checkpoint)
        => number < checkpoint.Next || checkpoint.Finished.Any(r => r.Contains(number));

    /// <summary>The source hears of a saved checkpoint.</summary>
    public virtual void Commit(Checkpoint checkpoint)
    {
    }

    /// <summary>Whether everything is done as far as the source knows.</summary>
    public virtual bool IsDone(Checkpoint saved) => saved.Next >= End;

    /// <summary>The owner died.</summary>
    public virtual void Crash(long nowMs)
    {
    }

    /// <summary>When a record is there first.</summary>
    protected long AtMs(long number) => _records[_indexes[number]].AtMs;

    /// <summary>Adds a record to a page at some position.</summary>
    protected void Add(RecordPage page, long position, long number)
        => page.Add(new Record(position, Encoding.UTF8.GetBytes(KeyOf(number)), BitConverter.GetBytes(number), AtMs(number)));
}
