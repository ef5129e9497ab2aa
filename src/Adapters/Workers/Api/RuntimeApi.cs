using System.Text;
using Dispatcher.Adapters.Runtimes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Invocations;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Dispatcher.Adapters.Workers.Api;

/// <summary>
/// The Lambda Runtime API (2018-06-01) for workers. Which worker asks is known from its connection; it stands among the
/// connection's features.
/// </summary>
internal sealed class RuntimeApi : IHttpApplication<IFeatureCollection>
{
    private const string Base = "/2018-06-01/runtime/";
    private const string Invocation = "invocation/";
    private const string ErrorType = "Lambda-Runtime-Function-Error-Type";
    private const string ErrorBody = "Lambda-Runtime-Function-Error-Body";

    /// <inheritdoc/>
    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    /// <inheritdoc/>
    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    /// <inheritdoc/>
    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        try
        {
            await RouteAsync(context);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            new RuntimeCall(context).Abort(); // the worker's connection broke; its invocation goes on without it
        }
    }

    private static Task RouteAsync(IFeatureCollection context)
    {
        var request = context.Get<IHttpRequestFeature>()!;
        var call = new RuntimeCall(context);
        if (context.Get<WorkerConnection>() is not { Worker: var worker } connection)
        {
            return call.RefuseAsync(403, "Forbidden", "This address belongs to no worker");
        }

        var path = request.Path.AsSpan();
        if (!path.StartsWith(Base))
        {
            return call.RefuseAsync(404, "NotFound", "Unknown path");
        }

        path = path[Base.Length..];
        return request.Method switch
        {
            "GET" when path is "invocation/next" => NextAsync(call, connection),
            "POST" when path is "init/error" => InitErrorAsync(call, worker),
            "POST" when path.StartsWith(Invocation) => AnswerAsync(call, worker, path[Invocation.Length..]),
            _ => call.RefuseAsync(404, "NotFound", "Unknown path"),
        };
    }

    private static async Task NextAsync(RuntimeCall call, WorkerConnection connection)
    {
        var worker = connection.Worker;
        var waiting = worker.PollAsync(out var allowed);
        if (!allowed)
        {
            await call.RefuseAsync(403, "InvalidStateTransition", "The present event is not answered yet");
            return;
        }

        WorkerInvocation? invocation;
        await using (connection.Closed.UnsafeRegister(_ => worker.StopPolling(waiting), null))
        {
            invocation = await waiting;
        }

        if (invocation is null)
        {
            call.Abort();
            return;
        }

        await SendAsync(call, connection, invocation);
    }

    /// <summary>
    /// Sends an event. One that was written counts as sent, whatever the connection does then: many clients close it as
    /// soon as they have read the event.
    /// </summary>
    private static async Task SendAsync(RuntimeCall call, WorkerConnection connection, WorkerInvocation invocation)
    {
        var isSent = !connection.Closed.IsCancellationRequested;
        try
        {
            if (isSent)
            {
                WriteHeaders(call.Headers, invocation);
                await call.WriteAsync(200, invocation.Request.Payload);
            }
        }
        finally
        {
            connection.Worker.StopSending(invocation, isSent);
        }
    }

    private static void WriteHeaders(IHeaderDictionary headers, WorkerInvocation invocation)
    {
        headers.ContentType = "application/json";
        headers["Lambda-Runtime-Aws-Request-Id"] = invocation.Id;
        headers["Lambda-Runtime-Deadline-Ms"] = invocation.DeadlineMs.ToString();
        headers["Lambda-Runtime-Invoked-Function-Arn"] = invocation.Plan.Arn;
        headers["Lambda-Runtime-Trace-Id"] = invocation.Trace;
        if (invocation.Request.ClientContext is { } context)
        {
            headers["Lambda-Runtime-Client-Context"] = HeaderText.Clean(context);
        }
    }

    private static Task AnswerAsync(RuntimeCall call, Worker worker, ReadOnlySpan<char> path)
    {
        var slash = path.IndexOf('/');
        var verb = slash < 0 ? default : path[(slash + 1)..];
        if (verb is not ("response" or "error"))
        {
            return call.RefuseAsync(404, "NotFound", "Unknown path");
        }

        return worker.BeginAnswer(path[..slash], out var invocation) switch
        {
            AnswerCheck.Expected => TakeAnswerAsync(call, worker, invocation!, isError: verb is "error"),
            AnswerCheck.AlreadyAnswered => call.RefuseAsync(
                403, "InvalidStateTransition", "State transition is not allowed: the event is answered already"),
            _ => call.RefuseAsync(400, "InvalidRequestID", "Invalid request ID"),
        };
    }

    private static async Task TakeAnswerAsync(RuntimeCall call, Worker worker, WorkerInvocation invocation, bool isError)
    {
        InvocationOutcome? outcome = null;
        try
        {
            outcome = await ReadAsync(call, isError);
            await invocation.Sent;
        }
        finally
        {
            if (outcome is null)
            {
                worker.DropAnswer(invocation);
            }
        }

        worker.FinishAnswer(invocation, outcome);
        await (outcome is InvocationOutcome.FunctionError { ErrorType: FunctionErrors.TooLargeType } && !isError
            ? call.RefuseAsync(
                413, "RequestEntityTooLarge", $"Exceeded maximum allowed payload size ({Limits.ResponsePayloadBytes} bytes).")
            : call.AcceptAsync());
    }

    private static async ValueTask<InvocationOutcome> ReadAsync(RuntimeCall call, bool isError)
    {
        if (await call.ReadBodyAsync() is not { } body)
        {
            return FunctionErrors.ResponseTooLarge();
        }

        if (isError)
        {
            return FunctionErrors.Reported(body, call.RequestHeaders[ErrorType]);
        }

        return call.Trailers is { } trailers && trailers.TryGetValue(ErrorType, out var type)
            ? FunctionErrors.Reported(Decode(trailers[ErrorBody].ToString()), type)
            : new InvocationOutcome.Succeeded(body);
    }

    /// <summary>The error body of a streamed answer: JSON in base64, or as it is.</summary>
    private static ReadOnlyMemory<byte> Decode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) ? bytes.AsMemory(0, count) : Encoding.UTF8.GetBytes(text);
    }

    private static async Task InitErrorAsync(RuntimeCall call, Worker worker)
    {
        var body = await call.ReadBodyAsync() ?? ReadOnlyMemory<byte>.Empty;
        await (worker.TryRefuse(FunctionErrors.Reported(body, call.RequestHeaders[ErrorType]))
            ? call.AcceptAsync()
            : call.RefuseAsync(403, "InvalidStateTransition", "The worker is initialised already"));
    }
}
