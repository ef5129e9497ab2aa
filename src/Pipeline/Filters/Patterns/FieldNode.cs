namespace Dispatcher.Pipeline.Filters.Patterns;

/// <summary>A field that some pattern names, while patterns are read: the tree of all of them.</summary>
/// <param name="name">The field's name; empty at the top.</param>
/// <param name="parent">The field around it; null at the top.</param>
internal sealed class FieldNode(string name, FieldNode? parent)
{
    private readonly Dictionary<string, FieldNode> _children = [];

    /// <summary>The name.</summary>
    public string Name => name;

    /// <summary>True for the fields of the record itself.</summary>
    public bool AtTop => parent is { _isRoot: true };

    /// <summary>The fields inside.</summary>
    public IReadOnlyCollection<FieldNode> Children => _children.Values;

    private readonly bool _isRoot = parent is null;

    /// <summary>The field of that name inside this one.</summary>
    public FieldNode Child(string field)
    {
        if (!_children.TryGetValue(field, out var child))
        {
            _children.Add(field, child = new FieldNode(field, this));
        }

        return child;
    }
}
