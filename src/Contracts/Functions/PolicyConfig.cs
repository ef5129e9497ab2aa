namespace Dispatcher.Contracts.Functions;

/// <summary>The resource policy of a function, of one of its versions or of one of its aliases.</summary>
public sealed record PolicyConfig
{
    /// <summary>Changes with every update.</summary>
    public string RevisionId { get; set; } = "";

    /// <summary>The statements in the order in which they were added; all of them allow.</summary>
    public IReadOnlyList<PolicyStatement> Statements { get; set; } = [];
}
