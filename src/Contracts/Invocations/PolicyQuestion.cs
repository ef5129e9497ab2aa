using Dispatcher.Contracts.Names;

namespace Dispatcher.Contracts.Invocations;

/// <summary>Who wants to do what with a function. What is null is not known of the caller and fits no condition.</summary>
/// <param name="Function">The function, with the version or alias that is called; its own policy decides.</param>
/// <param name="Action">What is done: <c>lambda:InvokeFunction</c>.</param>
public sealed record PolicyQuestion(FunctionRef Function, string Action)
{
    /// <summary>Account of a caller who is no service, 12 digits.</summary>
    public string? Account { get; init; }

    /// <summary>The caller's ARN: <c>arn:aws:iam::ACCOUNT:user/NAME</c>.</summary>
    public string? PrincipalArn { get; init; }

    /// <summary>The service that calls: <c>s3.amazonaws.com</c>.</summary>
    public string? Service { get; init; }

    /// <summary>ARN of what the event comes from: a bucket, a topic, a rule.</summary>
    public string? SourceArn { get; init; }

    /// <summary>Account that owns what the event comes from.</summary>
    public string? SourceAccount { get; init; }

    /// <summary>The token that the caller shows.</summary>
    public string? EventSourceToken { get; init; }

    /// <summary>Organization of the caller.</summary>
    public string? OrgId { get; init; }

    /// <summary>Authorization type of the function URL that is called: <c>NONE</c>, <c>AWS_IAM</c>; null where it is none.</summary>
    public string? FunctionUrlAuthType { get; init; }
}
