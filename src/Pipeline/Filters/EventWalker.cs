using System.Buffers;
using System.Text.Json;
using Dispatcher.Contracts;

namespace Dispatcher.Pipeline.Filters;

/// <summary>
/// Walks one event after the other along a plan and notes which goals are reached. A field that comes twice is noted anew, so
/// the last one counts. Not for two callers at a time.
/// </summary>
internal sealed class EventWalker(FilterPlan plan)
{
    /// <summary>Goals of the event, and of the elements of the array that is walked at a field: never two at the same field.</summary>
    private readonly byte[] _goals = new byte[plan.Missing.Length];
    private readonly byte[] _elements = new byte[plan.Missing.Length];

    /// <summary>Begins another event: nothing is there yet.</summary>
    public void Begin() => plan.Missing.CopyTo(_goals.AsSpan());

    /// <summary>Whether one of the patterns matches what was walked since <see cref="Begin"/>.</summary>
    public bool Ends()
    {
        Combine(plan.Root);
        return _goals.AsSpan(plan.Root.Own, plan.Root.End - plan.Root.Own).ContainsAnyExcept(Goal.Missed);
    }

    /// <summary>Walks the members of a JSON object as fields of the record; the JSON is our own.</summary>
    public void Members(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Limits.FilterMetadataDepth });
        reader.Read();
        Members(ref reader, plan.Root);
    }

    /// <summary>Walks a JSON text as the value of a field; false where it is not JSON: its goals are then to be set.</summary>
    public bool TryJson(FieldPlan field, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Limits.FilterEventDepth });
        try
        {
            if (!reader.Read())
            {
                return false;
            }

            Value(ref reader, field);
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Takes plain text as the value of a field.</summary>
    public void Text(FieldPlan field, ReadOnlySpan<byte> text) => Scalar(field, JsonTokenType.String, text);

    /// <summary>Sets the goals of a field that want a value.</summary>
    public void SetLeaves(FieldPlan field, byte goal) => _goals.AsSpan(field.Own, field.Leaves.Length).Fill(goal);

    /// <summary>Sets the goals of a field that want an object.</summary>
    public void SetObjects(FieldPlan field, byte goal) => _goals.AsSpan(field.FirstObject, field.Objects.Length).Fill(goal);

    private void Value(ref Utf8JsonReader reader, FieldPlan field)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                plan.Missing.AsSpan(field.First, field.End - field.First).CopyTo(_goals.AsSpan(field.First));
                Object(ref reader, field);
                break;
            case JsonTokenType.StartArray:
                Array(ref reader, field);
                break;
            case var kind when reader.ValueIsEscaped:
                Unescaped(field, kind, reader.ValueSpan);
                break;
            default:
                Scalar(field, reader.TokenType, reader.ValueSpan);
                break;
        }
    }

    private void Object(ref Utf8JsonReader reader, FieldPlan field)
    {
        if (!field.HasFields)
        {
            reader.Skip();
            return;
        }

        Members(ref reader, field);
        Combine(field);
    }

    private void Members(ref Utf8JsonReader reader, FieldPlan field)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var child = reader.ValueIsEscaped ? FindEscaped(field, reader.ValueSpan) : field.Find(reader.ValueSpan);
            reader.Read();
            if (child is null)
            {
                reader.Skip();
            }
            else
            {
                Value(ref reader, child);
            }
        }
    }

    /// <summary>Arrays in arrays count as one.</summary>
    private void Array(ref Utf8JsonReader reader, FieldPlan field)
    {
        var (own, count, depth) = (field.Own, field.End - field.Own, reader.CurrentDepth);
        var elements = _elements.AsSpan(own, count);
        plan.Missing.AsSpan(own, count).CopyTo(elements);
        while (reader.Read() && (reader.TokenType != JsonTokenType.EndArray || reader.CurrentDepth > depth))
        {
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.EndArray)
            {
                continue;
            }

            Value(ref reader, field);
            for (var i = 0; i < count; i++)
            {
                elements[i] = Goal.Either(elements[i], _goals[own + i]);
            }
        }

        elements.CopyTo(_goals.AsSpan(own));
    }

    private void Scalar(FieldPlan field, JsonTokenType kind, ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < field.Leaves.Length; i++)
        {
            _goals[field.Own + i] = field.Leaves[i].Matches(kind, text) ? Goal.Reached : Goal.Missed;
        }

        plan.Missing.AsSpan(field.FirstObject, field.Objects.Length).CopyTo(_goals.AsSpan(field.FirstObject));
    }

    /// <summary>An object's goal is reached where those of all its fields are; by a value where one of them is.</summary>
    private void Combine(FieldPlan field)
    {
        for (var i = 0; i < field.Objects.Length; i++)
        {
            var (least, most) = (Goal.Reached, Goal.Missed);
            foreach (var part in field.Objects[i])
            {
                (least, most) = (Math.Min(least, _goals[part]), Math.Max(most, _goals[part]));
            }

            _goals[field.FirstObject + i] = least == Goal.Missed ? Goal.Missed : most;
        }
    }

    private void Unescaped(FieldPlan field, JsonTokenType kind, ReadOnlySpan<byte> escaped)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(escaped.Length);
        Scalar(field, kind, buffer.AsSpan(0, JsonEscapes.Undo(escaped, buffer)));
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static FieldPlan? FindEscaped(FieldPlan field, ReadOnlySpan<byte> escaped)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(escaped.Length);
        var found = field.Find(buffer.AsSpan(0, JsonEscapes.Undo(escaped, buffer)));
        ArrayPool<byte>.Shared.Return(buffer);
        return found;
    }
}
