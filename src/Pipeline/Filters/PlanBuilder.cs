using System.Text;
using Dispatcher.Pipeline.Filters.Patterns;
using Dispatcher.Pipeline.Filters.Sources;
using Dispatcher.Pipeline.Filters.Values;

namespace Dispatcher.Pipeline.Filters;

/// <summary>
/// Numbers the goals of all branches of all patterns. A goal is shared by the branches that want the same of a field.
/// </summary>
internal sealed class PlanBuilder(FieldNode root)
{
    private readonly List<Dictionary<FieldNode, ValueSet>> _branches = [];
    private readonly List<byte> _missing = [];

    /// <summary>Adds the branches of one pattern.</summary>
    public void Add(IEnumerable<Dictionary<FieldNode, ValueSet>> branches) => _branches.AddRange(branches);

    /// <summary>The plan; call it once.</summary>
    public FilterPlan Build(BodyRule rule)
    {
        var (plan, _) = Build(root);
        return new FilterPlan(plan, [.. _missing], rule)
        {
            UsesMetadata = root.Children.Any(c => !rule.Names.Contains(c.Name)),
        };
    }

    /// <summary>One field, and the goals that each branch has there.</summary>
    private (FieldPlan Plan, Dictionary<int, List<int>> Goals) Build(FieldNode node)
    {
        var first = _missing.Count;
        var fields = new List<(byte[], FieldPlan)>();
        var inside = new Dictionary<int, List<int>>();
        foreach (var child in node.Children)
        {
            var (field, wanted) = Build(child);
            fields.Add((Encoding.UTF8.GetBytes(child.Name), field));
            foreach (var (branch, goals) in wanted)
            {
                Of(inside, branch).AddRange(goals);
            }
        }

        var own = _missing.Count;
        var mine = new Dictionary<int, List<int>>();
        var leaves = Leaves(node, mine);
        var objects = Objects(inside, mine);
        return (new FieldPlan(fields) { First = first, Own = own, Leaves = leaves, Objects = objects }, mine);
    }

    private ValueSet[] Leaves(FieldNode node, Dictionary<int, List<int>> mine)
    {
        var known = new Dictionary<ValueSet, int>();
        for (var branch = 0; branch < _branches.Count; branch++)
        {
            if (!_branches[branch].TryGetValue(node, out var values))
            {
                continue;
            }

            if (!known.TryGetValue(values, out var goal))
            {
                known.Add(values, goal = _missing.Count);
                _missing.Add(values.Absent ? Goal.Absent : Goal.Missed);
            }

            Of(mine, branch).Add(goal);
        }

        return [.. known.OrderBy(k => k.Value).Select(k => k.Key)];
    }

    private int[][] Objects(Dictionary<int, List<int>> inside, Dictionary<int, List<int>> mine)
    {
        var known = new Dictionary<string, int>();
        var objects = new List<int[]>();
        foreach (var (branch, goals) in inside.OrderBy(i => i.Key))
        {
            var key = string.Join(',', goals);
            if (!known.TryGetValue(key, out var goal))
            {
                known.Add(key, goal = _missing.Count);
                _missing.Add(goals.Min(g => _missing[g]));
                objects.Add([.. goals]);
            }

            Of(mine, branch).Add(goal);
        }

        return [.. objects];
    }

    private static List<int> Of(Dictionary<int, List<int>> goals, int branch)
    {
        if (!goals.TryGetValue(branch, out var list))
        {
            goals.Add(branch, list = []);
        }

        return list;
    }
}
