namespace Dispatcher.Contracts.Functions;

/// <summary>One statement of a policy: who may do what, under which conditions. Conditions that are null do not apply.</summary>
public sealed record PolicyStatement
{
    /// <summary>Its id, unique in the policy.</summary>
    public required string Sid { get; set; }

    /// <summary>What is allowed: <c>lambda:InvokeFunction</c>, <c>lambda:*</c>, <c>*</c>.</summary>
    public required string Action { get; set; }

    /// <summary>Who: an account, a principal's ARN, a service (<c>s3.amazonaws.com</c>), or <c>*</c> for everybody.</summary>
    public required string Principal { get; set; }

    /// <summary>The ARN of the function, version or alias.</summary>
    public required string Resource { get; set; }

    /// <summary>ARN that the event must come from; <c>*</c> and <c>?</c> are wildcards.</summary>
    public string? SourceArn { get; set; }

    /// <summary>Account that must own what the event comes from.</summary>
    public string? SourceAccount { get; set; }

    /// <summary>Token that the caller must show.</summary>
    public string? EventSourceToken { get; set; }

    /// <summary>Organization that the caller must belong to.</summary>
    public string? PrincipalOrgId { get; set; }

    /// <summary>Authorization type of the function URL that the call must come through.</summary>
    public string? FunctionUrlAuthType { get; set; }

    /// <summary>Whether the call must come through a function URL.</summary>
    public bool? InvokedViaFunctionUrl { get; set; }
}
