using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Pipeline.Destinations;

namespace Dispatcher.Pipeline.AsyncInvocations;

/// <summary>AWS's record of an asynchronous invocation for its destination. Pure.</summary>
/// <param name="RequestId">The event's id.</param>
/// <param name="FunctionArn">The function's ARN with its qualifier, <c>:$LATEST</c> included.</param>
/// <param name="Condition">One of the conditions of <see cref="AsyncPolicy"/>.</param>
/// <param name="Attempts">How often the function was called.</param>
/// <param name="Payload">The event.</param>
internal sealed record AsyncRecord(Guid RequestId, string FunctionArn, string Condition, int Attempts, ReadOnlyMemory<byte> Payload)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>How the last try ended; null where there was none since the process started.</summary>
    public InvocationOutcome? Outcome { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public long NowMs { get; init; }

    /// <summary>The record in UTF-8.</summary>
    public ReadOnlyMemory<byte> Write()
    {
        var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("version", "1.0");
            writer.WriteString("timestamp", FailureJson.Time(NowMs));
            writer.WriteStartObject("requestContext");
            writer.WriteString("requestId", RequestId);
            writer.WriteString("functionArn", FunctionArn);
            writer.WriteString("condition", Condition);
            writer.WriteNumber("approximateInvokeCount", Attempts);
            writer.WriteEndObject();
            WriteJson(writer, "requestPayload", Payload);
            WriteResponse(writer);
            writer.WriteEndObject();
        }

        return json.GetBuffer().AsMemory(0, (int)json.Length);
    }

    private void WriteResponse(Utf8JsonWriter writer)
    {
        switch (Outcome)
        {
            case InvocationOutcome.Succeeded success:
                WriteContext(writer, success, null);
                WriteJson(writer, "responsePayload", success.Payload);
                break;
            case InvocationOutcome.FunctionError error:
                WriteContext(writer, error, error.Kind);
                WriteJson(writer, "responsePayload", error.Payload);
                break;
            default:
                break;
        }
    }

    private static void WriteContext(Utf8JsonWriter writer, InvocationOutcome outcome, string? error)
    {
        writer.WriteStartObject("responseContext");
        writer.WriteNumber("statusCode", 200);
        writer.WriteString("executedVersion", outcome.ExecutedVersion);
        if (error is not null)
        {
            writer.WriteString("functionError", error);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes a value as it came; what is no JSON as a text, nothing as null.</summary>
    private static void WriteJson(Utf8JsonWriter writer, string name, ReadOnlyMemory<byte> value)
    {
        writer.WritePropertyName(name);
        if (value.IsEmpty)
        {
            writer.WriteNullValue();
        }
        else if (IsJson(value.Span))
        {
            writer.WriteRawValue(value.Span, skipInputValidation: true);
        }
        else
        {
            writer.WriteStringValue(Encoding.UTF8.GetString(value.Span));
        }
    }

    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
