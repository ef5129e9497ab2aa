using System.Text;
using Dispatcher.Contracts.Records;

namespace Dispatcher.Simulation.Tests;

/// <summary>The source: records that are there from the start or come over time.</summary>
internal sealed class SimLog
{
    private readonly List<(long Position, string Key, long AtMs, bool Poison)> _records = [];

    public SimLog(SimOptions options, Random random)
    {
        long position = random.Next(5);
        long at = 0;
        for (var i = 0; i < options.Records; i++)
        {
            at += random.Next(4) == 0 ? random.Next(500) : 0;
            _records.Add((position, $"k{random.Next(options.Keys)}", at, random.Next(100) < options.PoisonPercent));
            position += options.Gaps ? random.Next(1, 4) : 1;
        }
    }

    public IEnumerable<long> Positions => _records.Select(r => r.Position);

    /// <summary>One above the last position.</summary>
    public long End => _records[^1].Position + 1;

    /// <summary>When the next record from a position on is there; null at the end.</summary>
    public long? ReadableAt(long from)
    {
        var index = _records.FindIndex(r => r.Position >= from);
        return index < 0 ? null : _records[index].AtMs;
    }

    public string KeyOf(long position) => _records.Find(r => r.Position == position).Key;

    public bool IsPoison(long position) => _records.Find(r => r.Position == position).Poison;

    public RecordPage Read(long from, int maximum, long nowMs)
    {
        var page = new RecordPage();
        foreach (var record in _records.Where(r => r.Position >= from && r.AtMs <= nowMs).Take(maximum))
        {
            page.Add(new Record(record.Position, Encoding.UTF8.GetBytes(record.Key), new byte[1], record.AtMs));
        }

        page.EndPosition = End;
        return page;
    }
}
