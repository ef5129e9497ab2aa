using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Reads the calls of functions.</summary>
internal sealed class InvokeInput(FunctionFinder finder)
{
    private static readonly byte[] NoEvent = "{}"u8.ToArray();

    /// <summary>The call that a request asks for.</summary>
    /// <param name="request">A call of Invoke or InvokeWithResponseStream.</param>
    /// <param name="limit">Bytes that the event may have.</param>
    /// <param name="operation">The operation, for the refusal of a larger one.</param>
    /// <exception cref="Contracts.Errors.ServiceException">The event or the client context cannot be read.</exception>
    public InvocationRequest Read(ApiRequest request, int limit, string operation)
    {
        var target = Target(request);
        if (request.Payload.Length > limit)
        {
            throw FunctionErrors.PayloadTooLarge(limit, operation);
        }

        if (!request.Payload.IsEmpty)
        {
            BodyJson.Demand(request.Payload.Span);
        }

        return new InvocationRequest(target.Function, request.RequestId, request.Payload.IsEmpty ? NoEvent : request.Payload)
        {
            LogTail = target.LogTail,
            ClientContext = Context(request.Text("ClientContext")),
            TraceId = request.Headers["X-Amzn-Trace-Id"] is [{ Length: > 0 } trace] ? trace : null,
        };
    }

    /// <summary>Who is called and how; read once for all calls of the same.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">It is no name, or of another region or account.</exception>
    public InvokeTarget Target(ApiRequest request)
    {
        if (request.Bound.Digest is InvokeTarget known)
        {
            return known;
        }

        var target = new InvokeTarget(finder.Name(request), request.Text("InvocationType") ?? InvokeTarget.Sync, request.Text("LogType") == "Tail");
        request.Bound.Digest = target;
        return target;
    }

    /// <summary>The client context travels as JSON in base64.</summary>
    private static string? Context(string? base64)
    {
        if (string.IsNullOrEmpty(base64))
        {
            return null;
        }

        if (base64.Length > Limits.ClientContextBytes)
        {
            throw InvokeAnswer.BadContext($"it has more than {Limits.ClientContextBytes} bytes");
        }

        var bytes = new byte[(base64.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64String(base64, bytes, out var length))
        {
            throw InvokeAnswer.BadContext("it is not base64");
        }

        BodyJson.Demand(bytes.AsSpan(0, length));
        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
