using System.Text;
using Dispatcher.Contracts.Records;

namespace Dispatcher.Pipeline.Tests.Shards;

/// <summary>Makes pages of records for tests.</summary>
internal static class Pages
{
    /// <summary>Records with these positions; the key is chosen by position.</summary>
    public static RecordPage Of(IEnumerable<long> positions, Func<long, string> key, long timestampMs = 0, int dataBytes = 8)
    {
        var page = new RecordPage();
        foreach (var position in positions)
        {
            page.Add(new Record(position, Encoding.UTF8.GetBytes(key(position)), new byte[dataBytes], timestampMs));
        }

        return page;
    }

    /// <summary>Records from..to, all with the same key.</summary>
    public static RecordPage Range(long from, long to, string key = "k")
        => Of(Enumerable.Range(0, (int)(to - from + 1)).Select(i => from + i), _ => key);
}
