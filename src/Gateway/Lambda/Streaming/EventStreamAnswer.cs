using System.Buffers;
using System.Text.Json;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Lambda.Streaming;

/// <summary>
/// An answer that goes to its caller as an event stream while the function runs. It begins with the first part; until then a
/// failure is told by status, as ever. A caller who has gone takes everything, so that the function runs to its end.
/// </summary>
internal sealed class EventStreamAnswer(HttpResponse response, Guid requestId) : IAnswerSink
{
    private const string EventStream = "application/vnd.amazon.eventstream";

    /// <summary>The last bytes on their way. Kestrel would close the connection if this were cancelled, so only waiting for it is.</summary>
    private Task _flushing = Task.CompletedTask;

    /// <inheritdoc/>
    public bool HasBegun { get; private set; }

    private bool HasGone => response.HttpContext.RequestAborted.IsCancellationRequested;

    /// <inheritdoc/>
    public async ValueTask WriteAsync(string version, ReadOnlySequence<byte> part, CancellationToken cancellation)
    {
        Begin(version);
        while (!part.IsEmpty && !HasGone)
        {
            await _flushing.WaitAsync(cancellation);
            var frame = part.Slice(0, Math.Min(part.Length, Limits.StreamedFrameBytes));
            EventFrame.PayloadChunk.Write(response.BodyWriter, frame);
            part = part.Slice(frame.End);
            _flushing = FlushAsync();
        }

        await _flushing.WaitAsync(cancellation);
    }

    /// <summary>Writes what is left and the end.</summary>
    /// <param name="outcome">Of a function that ran.</param>
    /// <param name="logTail">Whether the caller wants the log.</param>
    public async Task CompleteAsync(InvocationOutcome outcome, bool logTail)
    {
        var end = End(outcome, logTail);
        Begin(outcome.ExecutedVersion);
        await _flushing;
        if (outcome is InvocationOutcome.Succeeded { Payload.IsEmpty: false } rest)
        {
            EventFrame.PayloadChunk.Write(response.BodyWriter, new ReadOnlySequence<byte>(rest.Payload));
        }

        EventFrame.InvokeComplete.Write(response.BodyWriter, new ReadOnlySequence<byte>(end));
        await FlushAsync();
    }

    private void Begin(string version)
    {
        if (HasBegun)
        {
            return;
        }

        HasBegun = true;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = EventStream;
        response.Headers[ResponseWriter.RequestId] = requestId.ToString("D");
        response.Headers["X-Amz-Executed-Version"] = version;
    }

    private async Task FlushAsync() => await response.BodyWriter.FlushAsync(CancellationToken.None);

    /// <summary>The payload of the last event. An error before the first part is named as the header of Invoke names it.</summary>
    private ReadOnlyMemory<byte> End(InvocationOutcome outcome, bool logTail)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            if (outcome is InvocationOutcome.FunctionError error)
            {
                json.WriteString("ErrorCode"u8, HasBegun ? error.ErrorType : error.Kind);
                json.WriteString("ErrorDetails"u8, error.Payload.Span);
            }

            if (logTail)
            {
                json.WriteBase64String("LogResult"u8, outcome.LogTail.Span);
            }

            json.WriteEndObject();
        }

        return bytes.WrittenMemory;
    }
}
