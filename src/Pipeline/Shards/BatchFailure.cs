namespace Dispatcher.Pipeline.Shards;

/// <summary>How an invocation failed, for the owner to read and for the on-failure record.</summary>
/// <param name="RequestId">The invocation.</param>
/// <param name="Text">What went wrong.</param>
/// <param name="FunctionError"><c>Handled</c> or <c>Unhandled</c>; null where the function reported failed records.</param>
/// <param name="ExecutedVersion">The version that ran.</param>
internal sealed record BatchFailure(Guid RequestId, string Text, string? FunctionError, string ExecutedVersion);
