using Dispatcher.Contracts.Names;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>What a call of a function asks for, beside its event.</summary>
/// <param name="Function">The function.</param>
/// <param name="Type">How it is called: <see cref="Sync"/>, <see cref="Event"/> or <see cref="DryRun"/>.</param>
/// <param name="LogTail">Whether the last lines of the log are wanted.</param>
internal sealed record InvokeTarget(FunctionRef Function, string Type, bool LogTail)
{
    /// <summary>The caller waits for the answer.</summary>
    public const string Sync = "RequestResponse";

    /// <summary>The caller waits until the event is kept.</summary>
    public const string Event = "Event";

    /// <summary>Nothing is called.</summary>
    public const string DryRun = "DryRun";
}
