namespace Dispatcher.Contracts.Invocations;

/// <summary>How a call of a function ended: one of the nested kinds. What is not known is <see cref="Failed"/>.</summary>
public abstract record InvocationOutcome
{
    private InvocationOutcome()
    {
    }

    /// <summary>The version that ran; <c>$LATEST</c> or a number.</summary>
    public string ExecutedVersion { get; init; } = Names.FunctionRef.Latest;

    /// <summary>The last 4 KB of the worker's log, where asked for.</summary>
    public ReadOnlyMemory<byte> LogTail { get; init; }

    /// <summary>The function answered.</summary>
    /// <param name="Payload">Its answer, at most <see cref="Limits.ResponsePayloadBytes"/>.</param>
    public sealed record Succeeded(ReadOnlyMemory<byte> Payload) : InvocationOutcome;

    /// <summary>The function ran and failed: it threw, exited, timed out or answered too much.</summary>
    /// <param name="Kind">X-Amz-Function-Error: <c>Handled</c> or <c>Unhandled</c>.</param>
    /// <param name="Payload">JSON: errorMessage, errorType, stackTrace.</param>
    /// <param name="ErrorType">The errorType of the payload (<c>Runtime.ExitError</c>, <c>Sandbox.Timedout</c>, …).</param>
    public sealed record FunctionError(string Kind, ReadOnlyMemory<byte> Payload, string ErrorType) : InvocationOutcome;

    /// <summary>The function did not run: no permit was free. Uses up no attempt.</summary>
    /// <param name="Reason">The reason of the 429 answer.</param>
    /// <param name="RetryAfter">When to try again.</param>
    public sealed record Throttled(string Reason, TimeSpan RetryAfter) : InvocationOutcome
    {
        /// <summary>The Reason of a function that has reached its reserved concurrency.</summary>
        public const string ReservedLimit = "ReservedFunctionConcurrentInvocationLimitExceeded";

        /// <summary>The Reason of a function without a reservation.</summary>
        public const string AccountLimit = "ConcurrentInvocationLimitExceeded";

        /// <summary>True where the function's reserved concurrency is 0: it is turned off, and to try again is of no use.</summary>
        public bool TurnedOff { get; init; }
    }

    /// <summary>It could not be run, or nobody knows whether it ran: missing function, no worker, lost connection.</summary>
    /// <param name="Error">What the API answers.</param>
    public sealed record Failed(Errors.ServiceException Error) : InvocationOutcome;
}
