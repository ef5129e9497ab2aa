using Dispatcher.Contracts.Records;

namespace Dispatcher.Pipeline.Shards;

/// <summary>Keeps a page alive until the outcome of its last record is known.</summary>
internal sealed class PageHold(RecordPage page)
{
    private int _pending = page.Count;

    /// <summary>The page; not to be touched after the last release.</summary>
    public RecordPage Page => page;

    /// <summary>Records in the page.</summary>
    public int Count { get; } = page.Count;

    /// <summary>Bytes of keys and data that the page keeps in memory.</summary>
    public int Bytes { get; } = page.Bytes;

    /// <summary>One record is done. True where it was the last one: the page was given back.</summary>
    public bool Release()
    {
        if (--_pending > 0)
        {
            return false;
        }

        page.Dispose();
        return true;
    }
}
