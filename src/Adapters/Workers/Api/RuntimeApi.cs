using Dispatcher.Adapters.Runtimes;
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

    private static Task AnswerAsync(RuntimeCall call, IRuntimeClient worker, ReadOnlySpan<char> path)
    {
        var slash = path.IndexOf('/');
        var verb = slash < 0 ? default : path[(slash + 1)..];
        if (verb is not ("response" or "error"))
        {
            return call.RefuseAsync(404, "NotFound", "Unknown path");
        }

        if (!AnswerReader.TryReadMode(call, out var isStream))
        {
            return call.RefuseAsync(400, "InvalidFunctionResponseMode", "Invalid function response mode");
        }

        return worker.BeginAnswer(path[..slash], out var invocation) switch
        {
            AnswerCheck.Expected when verb is "error" => AnswerReader.TakeErrorAsync(call, worker, invocation!),
            AnswerCheck.Expected when isStream && invocation!.Request.Answer is { } sink
                => AnswerReader.StreamAsync(call, worker, invocation, sink),
            AnswerCheck.Expected => AnswerReader.TakeAsync(call, worker, invocation!),
            AnswerCheck.AlreadyAnswered => call.RefuseAsync(
                403, "InvalidStateTransition", "State transition is not allowed: the event is answered already"),
            _ => call.RefuseAsync(400, "InvalidRequestID", "Invalid request ID"),
        };
    }

    private static async Task InitErrorAsync(RuntimeCall call, IRuntimeClient worker)
    {
        var body = await call.ReadBodyAsync() ?? ReadOnlyMemory<byte>.Empty;
        await (worker.TryRefuse(FunctionErrors.Reported(body, call.RequestHeaders[AnswerReader.ErrorType]))
            ? call.AcceptAsync()
            : call.RefuseAsync(403, "InvalidStateTransition", "The worker is initialised already"));
    }
}
