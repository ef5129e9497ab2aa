using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>
/// The input of PutRecord or PutRecords, read without an allocation per record: keys and data are slices of the body or of
/// one pooled buffer.
/// </summary>
internal sealed class PutInput : IDisposable
{
    private readonly byte[] _buffer;
    private StreamPut[] _records = ArrayPool<StreamPut>.Shared.Rent(Limits.PutRecordsCount);
    private int _used;

    /// <summary>Makes room for a body: what is decoded of it is never longer.</summary>
    public PutInput(int bodyBytes, bool single)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(bodyBytes);
        Single = single;
    }

    /// <summary>True for PutRecord, whose record is the input itself.</summary>
    public bool Single { get; }

    public string? StreamName { get; set; }

    public string? StreamArn { get; set; }

    public int Count { get; private set; }

    public ReadOnlyMemory<StreamPut> Records => _records.AsMemory(0, Count);

    /// <summary>Room in the pooled buffer that nobody has yet.</summary>
    public Span<byte> Free => _buffer.AsSpan(_used);

    /// <summary>Takes bytes at the beginning of <see cref="Free"/>.</summary>
    public ReadOnlyMemory<byte> Take(int bytes)
    {
        var taken = _buffer.AsMemory(_used, bytes);
        _used += bytes;
        return taken;
    }

    /// <summary>Adds a record; false where it or their number breaks the model.</summary>
    public bool TryAdd(in PutFields fields)
    {
        if (Count == Limits.PutRecordsCount || fields.Data is not { } data || fields.Key is not { } key || !IsKey(key.Span))
        {
            return false;
        }

        _records[Count++] = new StreamPut(key, data, fields.Hash);
        return true;
    }

    /// <summary>Reads a hash key; false where it is none.</summary>
    public static bool TryHash(ReadOnlySpan<byte> text, out UInt128 hash)
    {
        hash = default;
        return text.Length > 0 && (text[0] != '0' || text.Length == 1)
            && UInt128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out hash);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        ArrayPool<StreamPut>.Shared.Return(_records, clearArray: true);
        (_records, Count) = ([], 0);
    }

    private static bool IsKey(ReadOnlySpan<byte> key)
        => key.Length > 0 && Utf8.IsValid(key)
            && (key.Length <= Limits.PartitionKeyChars || Encoding.UTF8.GetCharCount(key) <= Limits.PartitionKeyChars);
}
