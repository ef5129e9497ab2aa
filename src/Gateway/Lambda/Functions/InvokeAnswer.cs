using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Turns the outcome of a call into its answer. A function that failed is still a 200.</summary>
internal static class InvokeAnswer
{
    /// <summary>The answer to an outcome.</summary>
    /// <exception cref="ServiceException">The function did not run.</exception>
    public static ApiResponse Of(InvocationOutcome outcome, bool logTail) => outcome switch
    {
        InvocationOutcome.Succeeded done => Answer(done, done.Payload, null, logTail),
        InvocationOutcome.FunctionError failed => Answer(failed, failed.Payload, failed.Kind, logTail),
        _ => throw Refusal(outcome),
    };

    /// <summary>What is told of a function that did not run.</summary>
    public static Exception Refusal(InvocationOutcome outcome) => outcome switch
    {
        InvocationOutcome.Throttled throttled => TooMany(throttled),
        InvocationOutcome.Failed failed => failed.Error,
        _ => new InvalidOperationException($"unknown outcome {outcome.GetType().Name}"),
    };

    /// <summary>A client context that cannot be read.</summary>
    public static ServiceException BadContext(string why)
        => new(ServiceErrorKind.InvalidRequestContent, $"Client context must be a valid Base64-encoded JSON object: {why}");

    private static ApiResponse Answer(InvocationOutcome outcome, ReadOnlyMemory<byte> payload, string? error, bool logTail)
    {
        var headers = new List<KeyValuePair<string, string>>(3)
        {
            new("X-Amz-Executed-Version", outcome.ExecutedVersion),
        };
        if (error is not null)
        {
            headers.Add(new("X-Amz-Function-Error", error));
        }

        if (logTail)
        {
            headers.Add(new("X-Amz-Log-Result", Convert.ToBase64String(outcome.LogTail.Span)));
        }

        return ApiResponse.Raw(payload) with { Headers = headers };
    }

    private static ServiceException TooMany(InvocationOutcome.Throttled throttled)
        => new(ServiceErrorKind.Throttled, "Rate Exceeded.")
        {
            Reason = throttled.Reason,
            RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(throttled.RetryAfter.TotalSeconds)),
        };
}
