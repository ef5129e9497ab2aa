using System.Text;
using Dispatcher.Adapters.Runtimes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.Workers.Api;

/// <summary>
/// Takes the answer of a worker to its event: collected, or handed on to the caller while it comes. One that breaks off is
/// none, and the worker may answer again, unless the caller has seen some of it.
/// </summary>
internal static class AnswerReader
{
    /// <summary>Names the type of an error: as a header of it, or behind a streamed answer.</summary>
    public const string ErrorType = "Lambda-Runtime-Function-Error-Type";

    private const string ErrorBody = "Lambda-Runtime-Function-Error-Body";
    private const string Mode = "Lambda-Runtime-Function-Response-Mode";

    /// <summary>Whether an answer is to be streamed; false where the header says neither that nor <c>buffered</c>.</summary>
    public static bool TryReadMode(RuntimeCall call, out bool isStream)
    {
        var mode = call.RequestHeaders[Mode].ToString();
        isStream = mode.Equals("streaming", StringComparison.OrdinalIgnoreCase);
        return isStream || mode.Length == 0 || mode.Equals("buffered", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Collects an answer.</summary>
    public static async Task TakeAsync(RuntimeCall call, IRuntimeClient worker, WorkerInvocation invocation)
    {
        InvocationOutcome? outcome = null;
        try
        {
            outcome = await call.ReadBodyAsync() is not { } body ? FunctionErrors.ResponseTooLarge()
                : Ended(call, body);
            await invocation.Sent;
        }
        finally
        {
            Finish(worker, invocation, outcome);
        }

        await ReplyAsync(call, outcome, Limits.ResponsePayloadBytes);
    }

    /// <summary>Collects an error.</summary>
    public static async Task TakeErrorAsync(RuntimeCall call, IRuntimeClient worker, WorkerInvocation invocation)
    {
        InvocationOutcome? outcome = null;
        try
        {
            outcome = await call.ReadBodyAsync() is not { } body ? FunctionErrors.ResponseTooLarge()
                : FunctionErrors.Reported(body, call.RequestHeaders[ErrorType]);
            await invocation.Sent;
        }
        finally
        {
            Finish(worker, invocation, outcome);
        }

        await call.AcceptAsync();
    }

    /// <summary>Hands an answer on to the caller while it comes.</summary>
    public static async Task StreamAsync(RuntimeCall call, IRuntimeClient worker, WorkerInvocation invocation, IAnswerSink sink)
    {
        if (!invocation.TryBeginStreaming(out var stopped))
        {
            call.Abort();
            return;
        }

        InvocationOutcome? outcome = null;
        try
        {
            var fits = await StreamedBody.CopyAsync(call.Body, sink, invocation.Plan.Config.Version, stopped);
            outcome = !fits ? FunctionErrors.ResponseTooLarge(Limits.StreamedAnswerBytes)
                : Ended(call, default);
            if (!fits)
            {
                await call.DiscardBodyAsync();
            }

            await invocation.Sent;
        }
        finally
        {
            outcome ??= sink.HasBegun ? FunctionErrors.Truncated() : null;
            invocation.StopStreaming();
            Finish(worker, invocation, outcome);
        }

        await ReplyAsync(call, outcome!, Limits.StreamedAnswerBytes);
    }

    private static void Finish(IRuntimeClient worker, WorkerInvocation invocation, InvocationOutcome? outcome)
    {
        if (outcome is null)
        {
            worker.DropAnswer(invocation);
        }
        else
        {
            worker.FinishAnswer(invocation, outcome);
        }
    }

    private static Task ReplyAsync(RuntimeCall call, InvocationOutcome outcome, int limit)
        => outcome is InvocationOutcome.FunctionError { ErrorType: FunctionErrors.TooLargeType }
            ? call.RefuseAsync(413, "RequestEntityTooLarge", $"Exceeded maximum allowed payload size ({limit} bytes).")
            : call.AcceptAsync();

    /// <summary>Success, or the error that the function met after it had begun to answer.</summary>
    private static InvocationOutcome Ended(RuntimeCall call, ReadOnlyMemory<byte> body)
        => call.Trailers is { } trailers && trailers.TryGetValue(ErrorType, out var type) && type is [{ Length: > 0 }]
            ? FunctionErrors.Reported(Decode(trailers[ErrorBody].ToString()), type)
            : new InvocationOutcome.Succeeded(body);

    /// <summary>The error body of a streamed answer: JSON in base64, or as it is.</summary>
    private static ReadOnlyMemory<byte> Decode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) ? bytes.AsMemory(0, count) : Encoding.UTF8.GetBytes(text);
    }
}
