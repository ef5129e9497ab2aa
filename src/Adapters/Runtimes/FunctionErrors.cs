using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Invocations;
using static Dispatcher.Contracts.Invocations.InvocationOutcome;

namespace Dispatcher.Adapters.Runtimes;

/// <summary>The function errors that the platform itself reports, with Lambda's types and texts.</summary>
internal static class FunctionErrors
{
    /// <summary>The error type of what does not name one.</summary>
    public const string UnknownType = "Runtime.Unknown";

    /// <summary>The error type of an answer above the limit.</summary>
    public const string TooLargeType = "Function.ResponseSizeTooLarge";

    /// <summary>The error type of what took longer than it may.</summary>
    public const string TimeoutType = "Sandbox.Timedout";

    private const string Unhandled = "Unhandled";

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The function ran longer than it may.</summary>
    public static FunctionError TimedOut(FunctionPlan plan, Guid request)
        => Platform(TimeoutType, $"RequestId: {request} Error: {TimeoutWords(plan)}");

    /// <summary>The line that a timeout leaves in the log.</summary>
    public static string TimeoutText(FunctionPlan plan, Guid request, DateTimeOffset now)
        => $"{now.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fff}Z {request} {TimeoutWords(plan)}";

    /// <summary>The worker ended before it answered.</summary>
    /// <param name="request">The invocation.</param>
    /// <param name="ending">How it ended: <c>exit status 1</c>, <c>signal: killed</c>; null where it gave no reason.</param>
    public static FunctionError Exited(Guid request, string? ending) => Platform(
        "Runtime.ExitError",
        ending is null
            ? $"RequestId: {request} Error: Runtime exited without providing a reason"
            : $"RequestId: {request} Error: Runtime exited with error: {ending}");

    /// <summary>The function's program cannot be run.</summary>
    /// <param name="request">The invocation.</param>
    /// <param name="problem">What the kernel says of it.</param>
    public static FunctionError InvalidEntrypoint(Guid request, string problem)
        => Platform("Runtime.InvalidEntrypoint", $"RequestId: {request} Error: {problem}");

    /// <summary>The answer is larger than it may be.</summary>
    /// <param name="limit">Bytes that it may have.</param>
    public static FunctionError ResponseTooLarge(int limit = Limits.ResponsePayloadBytes) => Platform(
        TooLargeType,
        $"Response payload size exceeded maximum allowed payload size ({limit} bytes).");

    /// <summary>The answer broke off after its caller had some of it.</summary>
    public static FunctionError Truncated() => Platform("Runtime.TruncatedResponse", "Response truncated");

    /// <summary>A function in this process threw.</summary>
    public static FunctionError Thrown(Exception error)
    {
        var type = error.GetType().Name;
        var trace = error.StackTrace?.Split('\n', StringSplitOptions.TrimEntries) ?? [];
        return new FunctionError("Handled", Body(type, error.Message, trace), type);
    }

    /// <summary>An error of the platform, <c>Unhandled</c>.</summary>
    public static FunctionError Platform(string type, string message)
        => new(Unhandled, Body(type, message, trace: null), type);

    /// <summary>An error that the function told about itself, as it came.</summary>
    /// <param name="body">What it sent; an error is written where it is not JSON.</param>
    /// <param name="type">The type that a header named; null or empty: the body's <c>errorType</c>.</param>
    public static FunctionError Reported(ReadOnlyMemory<byte> body, string? type)
    {
        var named = TypeOf(body.Span, out var isJson);
        type = string.IsNullOrEmpty(type) ? named ?? UnknownType : type;
        return new FunctionError(Unhandled, isJson ? body : Body(type, "Unknown error", trace: null), type);
    }

    /// <summary>The member <c>errorType</c> of a JSON object; null where there is none.</summary>
    public static string? TypeOf(ReadOnlySpan<byte> body, out bool isJson)
    {
        isJson = false;
        string? type = null;
        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName
                    && reader.ValueTextEquals("errorType"u8) && reader.Read() && reader.TokenType == JsonTokenType.String)
                {
                    type = reader.GetString();
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }

        isJson = !body.IsEmpty;
        return type;
    }

    private static ReadOnlyMemory<byte> Body(string type, string message, string[]? trace)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer, Relaxed);
        json.WriteStartObject();
        json.WriteString("errorType"u8, type);
        json.WriteString("errorMessage"u8, message);
        if (trace is not null)
        {
            json.WriteStartArray("stackTrace"u8);
            foreach (var line in trace)
            {
                json.WriteStringValue(line);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static string TimeoutWords(FunctionPlan plan) => $"Task timed out after {plan.Config.Timeout}.00 seconds";
}
