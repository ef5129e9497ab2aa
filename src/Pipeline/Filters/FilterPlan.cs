using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Sources;
using Dispatcher.Pipeline.Filters.Patterns;
using Dispatcher.Pipeline.Filters.Sources;

namespace Dispatcher.Pipeline.Filters;

/// <summary>
/// The patterns of a mapping, compiled into one tree of fields that an event is walked along once. Immutable; one for all
/// shards of a mapping.
/// </summary>
internal sealed class FilterPlan
{
    internal FilterPlan(FieldPlan root, byte[] missing, BodyRule rule)
    {
        (Root, Missing, Rule) = (root, missing, rule);
        Bodies = [.. rule.Names.Select(n => root.Find(Encoding.UTF8.GetBytes(n)))];
    }

    /// <summary>The record itself; its own goals are the branches of the patterns, of which one must be reached.</summary>
    public FieldPlan Root { get; }

    /// <summary>For every goal, what it is where its field is missing: <see cref="Goal"/>.</summary>
    public byte[] Missing { get; }

    /// <summary>How what producers wrote is read.</summary>
    public BodyRule Rule { get; }

    /// <summary>The fields of <see cref="BodyRule.Names"/>; null where no pattern names them.</summary>
    public FieldPlan?[] Bodies { get; }

    /// <summary>Whether a pattern names a field that the producer did not write.</summary>
    public bool UsesMetadata { get; init; }

    /// <summary>Compiles patterns, of which one must match; null with an error in EventBridge's words.</summary>
    public static FilterPlan? Compile(SourceKind kind, IEnumerable<string> patterns, out string? error)
    {
        var rule = BodyRule.Of(kind);
        var root = new FieldNode("", null);
        var builder = new PlanBuilder(root);
        foreach (var pattern in patterns)
        {
            var parser = new PatternParser(root, rule);
            if (parser.Parse(pattern) is not { } branches)
            {
                error = parser.Error;
                return null;
            }

            builder.Add(branches);
        }

        error = null;
        return builder.Build(rule);
    }
}
