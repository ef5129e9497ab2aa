using System.Buffers;
using System.Diagnostics;

namespace Dispatcher.Contracts.Records;

/// <summary>
/// What one read of a shard brought: records and the pooled memory that their bytes live in. One owner at a time; the
/// reader fills it and hands it over, the shard disposes it when the checkpoint has passed its last record.
/// </summary>
public sealed class RecordPage : IDisposable
{
    /// <summary>Small, because a page with one record is held until the checkpoint passes it; the next ones double.</summary>
    private const int FirstChunkBytes = 4 * 1024;

    private readonly List<byte[]> _chunks = [];
    private Record[] _records = [];
    private int _chunkUsed;
    private int _count;

    /// <summary>The records, in the order of their positions.</summary>
    public ReadOnlySpan<Record> Records => _records.AsSpan(0, _count);

    /// <summary>How many records there are.</summary>
    public int Count => _count;

    /// <summary>Bytes of all keys and data in the page, whoever owns the memory.</summary>
    public int Bytes { get; private set; }

    /// <summary>True where the shard ends after these records for good (a split or merged stream shard).</summary>
    public bool EndOfShard { get; set; }

    /// <summary>Where the shard ended when the page was read: one above its newest position; 0 where unknown.</summary>
    public long EndPosition { get; set; }

    /// <summary>The span of the read that brought the page; its batches belong to that trace. Empty where nobody listens.</summary>
    public ActivityContext Trace { get; set; }

    /// <summary>Where the next read goes on; records between the last one and this were skipped by the source.</summary>
    public long NextPosition { get; set; }

    /// <summary>Adds a record whose memory somebody else owns or that <see cref="Copy"/> made.</summary>
    public void Add(in Record record)
    {
        if (_count == _records.Length)
        {
            Grow();
        }

        _records[_count++] = record;
        Bytes += record.Key.Length + record.Data.Length;
        NextPosition = record.Position + 1;
    }

    /// <summary>Copies bytes into the page's pooled memory.</summary>
    public ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return default;
        }

        var memory = Reserve(bytes.Length);
        bytes.CopyTo(memory.Span);
        return memory;
    }

    /// <summary>Sets aside pooled memory of that many bytes for the caller to fill.</summary>
    public Memory<byte> Reserve(int bytes)
    {
        if (_chunks.Count == 0 || _chunks[^1].Length - _chunkUsed < bytes)
        {
            var next = _chunks.Count == 0 ? FirstChunkBytes : Math.Min(_chunks[^1].Length * 2, 1 << 20);
            _chunks.Add(ArrayPool<byte>.Shared.Rent(Math.Max(next, bytes)));
            _chunkUsed = 0;
        }

        var memory = _chunks[^1].AsMemory(_chunkUsed, bytes);
        _chunkUsed += bytes;
        return memory;
    }

    /// <summary>Gives the memory back to the pool. Safe to call twice.</summary>
    public void Dispose()
    {
        foreach (var chunk in _chunks)
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        _chunks.Clear();
        if (_records.Length > 0)
        {
            ArrayPool<Record>.Shared.Return(_records, clearArray: true);
        }

        (_records, _count, _chunkUsed, Bytes) = ([], 0, 0, 0);
    }

    private void Grow()
    {
        var larger = ArrayPool<Record>.Shared.Rent(Math.Max(64, _count * 2));
        _records.AsSpan(0, _count).CopyTo(larger);
        if (_records.Length > 0)
        {
            ArrayPool<Record>.Shared.Return(_records, clearArray: true);
        }

        _records = larger;
    }
}
