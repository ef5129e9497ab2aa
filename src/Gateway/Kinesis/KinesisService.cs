using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>The Kinesis API: takes calls from the wire to their operation and answers in the form in which they came.</summary>
internal sealed class KinesisService : IWireService
{
    private readonly Dictionary<string, Func<KinesisCall, CancellationToken, ValueTask>> _operations;
    private readonly PutCalls _puts;
    private readonly KinesisModel _model;
    private readonly KinesisNames _names;
    private readonly ILogger<KinesisService> _log;

    public KinesisService(
        IEnumerable<IKinesisOperations> operations, PutCalls puts, KinesisModel model, KinesisNames names, ILogger<KinesisService> log)
    {
        _operations = operations.SelectMany(one => one.Operations).ToDictionary();
        (_puts, _model, _names, _log) = (puts, model, names, log);
    }

    public string TargetPrefix => "Kinesis_20131202";

    public string SigningName => "kinesis";

    public async Task RefuseAsync(HttpContext context, ServiceException refusal)
    {
        var requestId = Guid.NewGuid();
        var format = WireFormat.Of(context.Request.ContentType) ?? WireFormat.Json;
        using var answer = new PooledBuffer();
        _log.CallRefused(context.Request.Method, "a call", requestId, refusal.Message);
        context.Response.StatusCode = KinesisErrors.StatusOf(refusal.Kind);
        Write(format, answer, refusal);
        await SendAsync(context, format, answer, requestId);
    }

    public async Task HandleAsync(HttpContext context, string operation)
    {
        var requestId = Guid.NewGuid();
        var format = WireFormat.Of(context.Request.ContentType) ?? WireFormat.Json;
        using var answer = new PooledBuffer();
        try
        {
            await RunAsync(context, operation, format, answer);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            _log.CallRefused(context.Request.Method, operation, requestId, "the caller went away");
            return;
        }
        catch (Exception error)
        {
            var told = Explain(error, context.Request.Method, operation, requestId);
            context.Response.StatusCode = KinesisErrors.StatusOf(told.Kind);
            Write(format, answer, told);
        }

        await SendAsync(context, format, answer, requestId);
    }

    private async ValueTask RunAsync(HttpContext context, string operation, WireFormat format, PooledBuffer answer)
    {
        var request = context.Request;
        if (!HttpMethods.IsPost(request.Method) || WireFormat.Of(request.ContentType) is null)
        {
            throw new ServiceException(
                ServiceErrorKind.AccessDenied, "Unable to determine service/operation name to be authorized");
        }

        var isPut = operation is PutCalls.Single or PutCalls.Many;
        if (!isPut && !_operations.ContainsKey(operation))
        {
            throw KinesisErrors.UnknownOperation(operation, _model.Knows(operation));
        }

        using var body = await ReadAsync(context);
        using var output = format.Write(answer);
        output.StartObject();
        if (isPut)
        {
            await _puts.RunAsync(operation, format, body.Bytes, output, context.RequestAborted);
        }
        else
        {
            var input = format.Read(body.Bytes);
            _model.Check(operation, input);
            await _operations[operation](new KinesisCall(input, output, _names), context.RequestAborted);
        }

        output.EndObject();
        output.Finish();
    }

    private static ValueTask<RequestBody> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > Limits.StreamRequestBytes)
        {
            throw KinesisErrors.BodyTooLarge();
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = Limits.StreamRequestBytes;
        }

        return RequestBody.ReadAsync(context.Request, context.RequestAborted);
    }

    private ServiceException Explain(Exception error, string method, string operation, Guid requestId)
    {
        switch (error)
        {
            case ServiceException { Kind: not ServiceErrorKind.Internal } expected:
                _log.CallRefused(method, operation, requestId, expected.Message);
                return expected;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                _log.CallRefused(method, operation, requestId, error.Message);
                return KinesisErrors.BodyTooLarge();
            case BadHttpRequestException:
                _log.CallRefused(method, operation, requestId, error.Message);
                return ApiErrors.Serialization(error.Message);
            default:
                _log.CallFailed(error, method, operation, requestId);
                return ApiErrors.Told(error) ?? new ServiceException(
                    ServiceErrorKind.Internal, $"Internal service failure; the log shows it under request id {requestId}", error);
        }
    }

    private static void Write(WireFormat format, PooledBuffer answer, ServiceException error)
    {
        answer.Clear();
        using var output = format.Write(answer);
        output.StartObject();
        output.Text("__type", KinesisErrors.TypeOf(error));
        output.Text("message", error.Message);
        output.EndObject();
        output.Finish();
    }

    private static async ValueTask SendAsync(HttpContext context, WireFormat format, PooledBuffer answer, Guid requestId)
    {
        var response = context.Response;
        response.Headers["x-amzn-RequestId"] = requestId.ToString("D");
        response.ContentType = format.ContentType;
        response.ContentLength = answer.Written.Length;
        await response.Body.WriteAsync(answer.Written, context.RequestAborted);
    }
}
