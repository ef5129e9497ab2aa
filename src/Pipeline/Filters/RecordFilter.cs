using System.Text.Unicode;
using Dispatcher.Contracts.Records;
using Dispatcher.Pipeline.Filters.Sources;
using Dispatcher.Pipeline.Payloads;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Pipeline.Filters;

/// <summary>
/// The filter of one shard. Allocates nothing per record, but where the record's JSON is broken or nested deeper than 64 levels,
/// or a pattern asks for headers. Not for two callers at a time.
/// </summary>
/// <param name="plan">The patterns.</param>
/// <param name="fields">What they see of a record.</param>
internal sealed class RecordFilter(FilterPlan plan, IRecordFields fields) : IRecordFilter
{
    private const int MetadataBytes = 1024;

    private readonly EventWalker _walker = new(plan);
    private readonly PayloadBuffer? _metadata = plan.UsesMetadata ? new PayloadBuffer(MetadataBytes) : null;

    /// <inheritdoc/>
    public bool Matches(in Record record)
    {
        _walker.Begin();
        if (_metadata is not null)
        {
            _metadata.Clear();
            fields.WriteMetadata(_metadata, record);
            _walker.Members(_metadata.Written.Span);
        }

        for (var i = 0; i < plan.Bodies.Length; i++)
        {
            if (plan.Bodies[i] is { } field && fields.TryBody(i, record, out var bytes))
            {
                Body(field, bytes.Span);
            }
        }

        return _walker.Ends();
    }

    /// <summary>
    /// Objects and arrays are JSON, all other valid JSON is JSON and plain text. A pattern of the other format is not reached, or
    /// left out, as the kind of source has it.
    /// </summary>
    private void Body(FieldPlan field, ReadOnlySpan<byte> bytes)
    {
        var other = plan.Rule.Mismatch ? Goal.Absent : Goal.Missed;
        var first = FirstByte(bytes);
        if (!Utf8.IsValid(bytes))
        {
            _walker.SetLeaves(field, other);
            _walker.SetObjects(field, other);
        }
        else if (first is (byte)'{' or (byte)'[' && _walker.TryJson(field, bytes))
        {
            _walker.SetLeaves(field, other);
        }
        else
        {
            var json = field.Objects.Length > 0 && CanBeValue(first) && _walker.TryJson(field, bytes);
            _walker.Text(field, bytes);
            if (!json)
            {
                _walker.SetObjects(field, other);
            }
        }
    }

    private static byte FirstByte(ReadOnlySpan<byte> bytes)
    {
        var at = bytes.IndexOfAnyExcept(" \t\r\n"u8);
        return at < 0 ? (byte)0 : bytes[at];
    }

    /// <summary>Spares plain text the way through the reader, which is slow to refuse.</summary>
    private static bool CanBeValue(byte first) => first is (byte)'"' or (byte)'-' or (>= (byte)'0' and <= (byte)'9') or (byte)'t' or (byte)'f' or (byte)'n';
}
