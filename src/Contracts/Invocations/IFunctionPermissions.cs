namespace Dispatcher.Contracts.Invocations;

/// <summary>Port of everybody who calls a function for somebody who is not of the server's account: push sources, function URLs.</summary>
public interface IFunctionPermissions
{
    /// <summary>Whether a statement of the function's policy allows it. Without a policy nothing is allowed.</summary>
    ValueTask<bool> AllowsAsync(PolicyQuestion question, CancellationToken cancellation);
}
