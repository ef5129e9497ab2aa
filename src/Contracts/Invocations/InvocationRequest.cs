using Dispatcher.Contracts.Names;

namespace Dispatcher.Contracts.Invocations;

/// <summary>One call of a function.</summary>
/// <param name="Function">The function and, where the caller named one, the version or alias.</param>
/// <param name="RequestId">The id that log lines, answers and records show.</param>
/// <param name="Payload">The event, JSON in UTF-8; lives until the call ends.</param>
public sealed record InvocationRequest(FunctionRef Function, Guid RequestId, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The decoded client context (JSON); null without.</summary>
    public string? ClientContext { get; init; }

    /// <summary>X-Ray trace header; made up where null.</summary>
    public string? TraceId { get; init; }

    /// <summary>Whether the last 4 KB of the worker's log are wanted.</summary>
    public bool LogTail { get; init; }

    /// <summary>
    /// True for an event that is made here and not by a caller (a destination's record): the limit of asynchronous events does
    /// not apply.
    /// </summary>
    public bool AnySize { get; init; }

    /// <summary>
    /// True: wait for a free permit instead of being throttled (mappings, which then stop polling by themselves).
    /// </summary>
    public bool WaitForPermit { get; init; }

    /// <summary>Asked when the permit is there: where it says no, the function is not called and the caller is throttled. Null: always.</summary>
    public Func<bool>? MayBegin { get; init; }

    /// <summary>
    /// The flow that it belongs to where it waits: the UUID of a mapping, <c>async</c> for asynchronous events. The flows of a
    /// function get its permits in turn. Null for synchronous calls.
    /// </summary>
    public string? Flow { get; init; }

    /// <summary>True: another silo found that this one has a free worker; it is not handed on again.</summary>
    public bool HandedOver { get; init; }

    /// <summary>
    /// Where a function that streams its answer writes it; the outcome then holds what comes after that, mostly nothing. Null:
    /// the answer is collected in the outcome. Functions that do not stream are collected in any case.
    /// </summary>
    public IAnswerSink? Answer { get; init; }
}
