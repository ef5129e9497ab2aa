using System.Text.Json;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Pipeline.Responses;

/// <summary>Finds the records of a batch by the identifiers that functions use for them.</summary>
internal ref struct ItemIndex(ReadOnlySpan<Record> records, SourceKind kind, string shard)
{
    private readonly ReadOnlySpan<Record> _records = records;
    private Dictionary<string, List<int>>? _byMessageId;

    /// <summary>Whether the first failed record is a checkpoint: everything after it is tried again.</summary>
    public readonly bool Ordered => kind is SourceKind.Stream or SourceKind.Kafka;

    /// <summary>Adds the records that the identifier at the reader names; false where it names none.</summary>
    public bool TryFind(ref Utf8JsonReader reader, HashSet<int> found) => kind switch
    {
        SourceKind.Stream => reader.TokenType == JsonTokenType.String
            && SequenceNumber.TryParse(reader.GetString(), out var position) && TryPosition(position, found),
        SourceKind.Kafka => TryKafka(ref reader, out var offset) && TryPosition(offset, found),
        _ => reader.TokenType == JsonTokenType.String && TryMessageId(reader.GetString()!, found),
    };

    /// <summary><c>{"partition":"topic-partition","offset":100}</c>.</summary>
    private readonly bool TryKafka(ref Utf8JsonReader reader, out long offset)
    {
        offset = -1;
        var partition = false;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("partition"u8))
            {
                reader.Read();
                partition = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(shard);
                continue;
            }

            var isOffset = reader.ValueTextEquals("offset"u8);
            reader.Read();
            if (!isOffset)
            {
                reader.Skip();
            }
            else if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out offset))
            {
                return false;
            }
        }

        return partition && offset >= 0;
    }

    private readonly bool TryPosition(long position, HashSet<int> found)
    {
        var (low, high) = (0, _records.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_records[middle].Position == position)
            {
                found.Add(middle);
                return true;
            }

            (low, high) = _records[middle].Position < position ? (middle + 1, high) : (low, middle - 1);
        }

        return false;
    }

    private bool TryMessageId(string id, HashSet<int> found)
    {
        _byMessageId ??= Index();
        if (id.Length == 0 || !_byMessageId.TryGetValue(id, out var indexes))
        {
            return false;
        }

        found.UnionWith(indexes);
        return true;
    }

    private readonly Dictionary<string, List<int>> Index()
    {
        var index = new Dictionary<string, List<int>>(_records.Length, StringComparer.Ordinal);
        for (var i = 0; i < _records.Length; i++)
        {
            if (_records[i].Detail?.MessageId is not { } id)
            {
                continue;
            }

            if (!index.TryGetValue(id, out var same))
            {
                index[id] = same = [];
            }

            same.Add(i);
        }

        return index;
    }
}
