using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Orleans;

namespace Dispatcher.Silo.Orleans.Invocations;

/// <summary>An <see cref="InvocationOutcome"/> on its way back from a silo.</summary>
[GenerateSerializer]
[Immutable]
[Alias("dispatcher.outcome")]
internal sealed class OutcomeMessage
{
    /// <summary>Which of the outcomes.</summary>
    [Id(0)]
    public OutcomeKind Kind { get; init; }

    /// <summary>The version that ran.</summary>
    [Id(1)]
    public required string ExecutedVersion { get; init; }

    /// <summary>The end of the worker's log.</summary>
    [Id(2)]
    public byte[] LogTail { get; init; } = [];

    /// <summary>The function's answer or error.</summary>
    [Id(3)]
    public byte[] Payload { get; init; } = [];

    /// <summary>Function error: Handled or Unhandled. Throttle: the reason. Failure: the exact error type or empty.</summary>
    [Id(4)]
    public string Name { get; init; } = "";

    /// <summary>Function error: its type. Failure: its text.</summary>
    [Id(5)]
    public string Text { get; init; } = "";

    /// <summary>Throttle: when to try again, milliseconds.</summary>
    [Id(6)]
    public long RetryAfterMs { get; init; }

    /// <summary>Failure: its kind.</summary>
    [Id(7)]
    public ServiceErrorKind Error { get; init; }

    /// <summary>Throttle: whether the function is turned off.</summary>
    [Id(8)]
    public bool TurnedOff { get; init; }

    /// <summary>What is known of a call whose silo gave no answer: nothing.</summary>
    public static InvocationOutcome Lost(Exception error) => new InvocationOutcome.Failed(new ServiceException(
        ServiceErrorKind.Internal, "The silo that ran the function was lost; whether the function ran to its end is not known.", error));

    /// <summary>What goes back.</summary>
    public static OutcomeMessage Of(InvocationOutcome outcome)
    {
        var (version, tail) = (outcome.ExecutedVersion, outcome.LogTail.ToArray());
        return outcome switch
        {
            InvocationOutcome.Succeeded ok => new()
            {
                Kind = OutcomeKind.Succeeded, ExecutedVersion = version, LogTail = tail, Payload = ok.Payload.ToArray(),
            },
            InvocationOutcome.FunctionError error => new()
            {
                Kind = OutcomeKind.FunctionError, ExecutedVersion = version, LogTail = tail, Payload = error.Payload.ToArray(),
                Name = error.Kind, Text = error.ErrorType,
            },
            InvocationOutcome.Throttled throttled => new()
            {
                Kind = OutcomeKind.Throttled, ExecutedVersion = version,
                Name = throttled.Reason, RetryAfterMs = (long)throttled.RetryAfter.TotalMilliseconds,
                TurnedOff = throttled.TurnedOff,
            },
            InvocationOutcome.Failed failed => new()
            {
                Kind = OutcomeKind.Failed, ExecutedVersion = version,
                Name = failed.Error.TypeName ?? "", Text = failed.Error.Message, Error = failed.Error.Kind,
            },
            _ => throw new InvalidOperationException($"an outcome of the unknown kind {outcome.GetType().Name}"),
        };
    }

    /// <summary>What came back. What is not known is a failure.</summary>
    public InvocationOutcome ToOutcome()
    {
        InvocationOutcome outcome = Kind switch
        {
            OutcomeKind.Succeeded => new InvocationOutcome.Succeeded(Payload),
            OutcomeKind.FunctionError => new InvocationOutcome.FunctionError(Name, Payload, Text),
            OutcomeKind.Throttled => new InvocationOutcome.Throttled(Name, TimeSpan.FromMilliseconds(RetryAfterMs)) { TurnedOff = TurnedOff },
            OutcomeKind.Failed => new InvocationOutcome.Failed(ToError()),
            _ => new InvocationOutcome.Failed(new ServiceException(ServiceErrorKind.Internal, $"The silo answered with the unknown outcome {Kind}.")),
        };
        return outcome with { ExecutedVersion = ExecutedVersion, LogTail = LogTail };
    }

    /// <summary>The error of a failure.</summary>
    public ServiceException ToError() => new(Error, Text) { TypeName = Name.Length == 0 ? null : Name };
}
