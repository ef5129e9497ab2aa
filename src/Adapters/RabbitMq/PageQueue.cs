using Dispatcher.Contracts;
using Dispatcher.Contracts.Records;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>Pages between the consumer that fills them and the reader that takes them. Its owner has the lock.</summary>
internal sealed class PageQueue : IDisposable
{
    private readonly Queue<RecordPage> _full = new();
    private RecordPage? _filling;
    private int _pageRecords = Limits.ReadRecords;

    /// <summary>The page that the next record belongs into. It holds no more than was wanted at the last taking.</summary>
    public RecordPage Filling()
    {
        if (_filling is { } page && (page.Count >= _pageRecords || page.Bytes >= Limits.ReadBytes))
        {
            _full.Enqueue(page);
            _filling = null;
        }

        return _filling ??= new RecordPage();
    }

    /// <summary>The oldest page, of at most so many records; null where there is nothing.</summary>
    public RecordPage? Take(int maximum)
    {
        _pageRecords = Math.Clamp(maximum, 1, Limits.ReadRecords);
        if (_full.Count == 0 && _filling is not null)
        {
            _full.Enqueue(_filling);
            _filling = null;
        }

        if (!_full.TryPeek(out var page))
        {
            return null;
        }

        if (page.Count > _pageRecords)
        {
            Split(page);
        }

        return _full.Dequeue();
    }

    /// <summary>Gives all memory back.</summary>
    public void Dispose()
    {
        while (_full.TryDequeue(out var page))
        {
            page.Dispose();
        }

        _filling?.Dispose();
        _filling = null;
    }

    /// <summary>
    /// Puts smaller pages in the place of the one at the head. Rare: pages are filled to the size that was wanted last.
    /// </summary>
    private void Split(RecordPage head)
    {
        var pages = _full.ToArray();
        _full.Clear();
        RecordPage? part = null;
        foreach (ref readonly var record in head.Records)
        {
            if (part is null || part.Count == _pageRecords)
            {
                part = new RecordPage();
                _full.Enqueue(part);
            }

            part.Add(record with { Data = part.Copy(record.Data.Span) });
        }

        head.Dispose();
        foreach (var page in pages.AsSpan(1))
        {
            _full.Enqueue(page);
        }
    }
}
