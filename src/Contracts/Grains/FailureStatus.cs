namespace Dispatcher.Contracts.Grains;

/// <summary>An invocation of a mapping that failed.</summary>
/// <param name="Text">What the function said, or why it was not run.</param>
/// <param name="RequestId">Its request id; null where it was not run.</param>
/// <param name="Records">Records that failed.</param>
/// <param name="AtMs">When it ended, milliseconds since 1970.</param>
public sealed record FailureStatus(string Text, Guid? RequestId, int Records, long AtMs);
