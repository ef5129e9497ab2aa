using Dispatcher.Pipeline.Filters.Values;

namespace Dispatcher.Pipeline.Filters;

/// <summary>
/// One field that patterns name, compiled. What patterns want of it are its goals: of a value (<see cref="Leaves"/>) or of the
/// fields of an object (<see cref="Objects"/>). Goals are numbered so that those of the fields inside come just before its own.
/// </summary>
internal sealed class FieldPlan
{
    /// <summary>Up to so many fields are compared one after the other: faster than a hash.</summary>
    private const int Few = 8;

    private readonly (byte[] Name, FieldPlan Field)[] _fields;
    private readonly Dictionary<byte[], FieldPlan>.AlternateLookup<ReadOnlySpan<byte>> _many;

    public FieldPlan(IReadOnlyList<(byte[] Name, FieldPlan Field)> fields)
    {
        _fields = [.. fields];
        _many = fields.ToDictionary(f => f.Name, f => f.Field, Utf8Comparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>The number of the first goal of the fields inside.</summary>
    public required int First { get; init; }

    /// <summary>The number of its own first goal: <see cref="Leaves"/>, then <see cref="Objects"/>.</summary>
    public required int Own { get; init; }

    /// <summary>Values that are wanted.</summary>
    public required ValueSet[] Leaves { get; init; }

    /// <summary>For each, the goals of the fields inside that must all be reached.</summary>
    public required int[][] Objects { get; init; }

    /// <summary>The number after its own last goal.</summary>
    public int End => Own + Leaves.Length + Objects.Length;

    /// <summary>The number of the first of <see cref="Objects"/>.</summary>
    public int FirstObject => Own + Leaves.Length;

    /// <summary>Whether a pattern names fields inside.</summary>
    public bool HasFields => _fields.Length > 0;

    /// <summary>The field inside by its unescaped name; null where no pattern names it.</summary>
    public FieldPlan? Find(ReadOnlySpan<byte> name)
    {
        if (_fields.Length > Few)
        {
            return _many.TryGetValue(name, out var found) ? found : null;
        }

        foreach (var (known, field) in _fields)
        {
            if (name.SequenceEqual(known))
            {
                return field;
            }
        }

        return null;
    }
}
