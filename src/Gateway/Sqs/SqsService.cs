using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Gateway.Sqs;

/// <summary>The SQS API in both of its protocols: JSON, and forms answered in XML.</summary>
internal sealed class SqsService : IWireService, IQueryService
{
    private const string JsonType = "application/x-amz-json-1.0";
    private const string XmlType = "text/xml";

    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, Func<SqsCall, CancellationToken, ValueTask<JsonObject>>> _operations;
    private readonly Lazy<ApiModel> _model = new(() => ApiModel.Load("sqs"));
    private readonly ILogger<SqsService> _log;

    public SqsService(IEnumerable<ISqsOperations> operations, ILogger<SqsService> log)
    {
        _operations = operations.SelectMany(one => one.Operations).ToDictionary();
        _log = log;
    }

    public string TargetPrefix => "AmazonSQS";

    public string SigningName => "sqs";

    public string ApiVersion => "2012-11-05";

    public async Task RefuseAsync(HttpContext context, ServiceException refusal)
    {
        var requestId = Guid.NewGuid();
        _log.CallRefused(context.Request.Method, "a call", requestId, refusal.Message);
        context.Response.Headers["x-amzn-query-error"] = $"{QueryRefusal.CodeOf(refusal)};Sender";
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject { ["__type"] = $"com.amazon.coral.service#{refusal.TypeName ?? "AccessDeniedException"}", ["message"] = refusal.Message }, s_json);
        await SendAsync(context, QueryRefusal.StatusOf(refusal), JsonType, body, requestId);
    }

    public async Task HandleAsync(HttpContext context, string operation)
    {
        var requestId = Guid.NewGuid();
        var (status, body) = (StatusCodes.Status200OK, Array.Empty<byte>());
        try
        {
            Demand(operation);
            using var sent = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
            if (sent.Bytes.Length > Limits.QueueRequestBytes)
            {
                throw ApiErrors.BodyTooLarge(Limits.QueueRequestBytes);
            }

            body = JsonSerializer.SerializeToUtf8Bytes(await RunAsync(context, operation, BodyJson.Read(sent.Bytes.Span)), s_json);
        }
        catch (Exception error) when (!IsGone(error, context))
        {
            var told = Explain(error, context.Request.Method, operation, requestId);
            context.Response.Headers["x-amzn-query-error"] = $"{SqsErrors.CodeOf(told)};{SqsErrors.FaultOf(told)}";
            status = SqsErrors.StatusOf(told);
            body = JsonSerializer.SerializeToUtf8Bytes(
                new JsonObject { ["__type"] = $"com.amazonaws.sqs#{SqsErrors.TypeOf(told)}", ["message"] = told.Message }, s_json);
        }

        await SendAsync(context, status, JsonType, body, requestId);
    }

    public async Task HandleAsync(HttpContext context, IReadOnlyDictionary<string, string> form)
    {
        var requestId = Guid.NewGuid();
        var operation = form.GetValueOrDefault("Action", "");
        var (status, body) = (StatusCodes.Status200OK, Array.Empty<byte>());
        try
        {
            Demand(operation);
            var input = QueryInput.Read(_model.Value.Input(_model.Value.Operations[operation])!, form);
            if (context.Request.Path != "/" && !input.ContainsKey("QueueUrl"))
            {
                input["QueueUrl"] = context.Request.Path.Value; // older clients call the queue's own address
            }

            body = QueryXml.Answer(operation, await RunAsync(context, operation, input), requestId);
        }
        catch (Exception error) when (!IsGone(error, context))
        {
            var told = Explain(error, context.Request.Method, operation, requestId);
            status = SqsErrors.StatusOf(told);
            body = QueryXml.Error(told, requestId);
        }

        await SendAsync(context, status, XmlType, body, requestId);
    }

    private static bool IsGone(Exception error, HttpContext context)
        => error is OperationCanceledException && context.RequestAborted.IsCancellationRequested;

    private void Demand(string operation)
    {
        if (!_operations.ContainsKey(operation))
        {
            throw SqsErrors.UnknownOperation(operation);
        }
    }

    private async ValueTask<JsonObject> RunAsync(HttpContext context, string operation, JsonObject input)
    {
        var shape = _model.Value.Input(_model.Value.Operations[operation])!;
        foreach (var member in shape.Members)
        {
            if (member is { Required: true, Name: not "Entries" } && input[member.Name] is null)
            {
                throw SqsErrors.Missing(member.Name);
            }
        }

        if (!input.ContainsKey("Entries") && Array.Exists(shape.Members, one => one.Name == "Entries"))
        {
            input["Entries"] = new JsonArray();
        }

        InputValidator.Validate(shape, input);
        var request = context.Request;
        return await _operations[operation](new SqsCall(input, $"{request.Scheme}://{request.Host}"), context.RequestAborted);
    }

    private ServiceException Explain(Exception error, string method, string operation, Guid requestId)
    {
        switch (error)
        {
            case ServiceException { Kind: not ServiceErrorKind.Internal } expected:
                _log.CallRefused(method, operation, requestId, expected.Message);
                return expected;
            case BadHttpRequestException:
                _log.CallRefused(method, operation, requestId, error.Message);
                return ApiErrors.Serialization(error.Message);
            default:
                _log.CallFailed(error, method, operation, requestId);
                return new ServiceException(
                    ServiceErrorKind.Internal, $"Internal service failure; the log shows it under request id {requestId}", error);
        }
    }

    private static async ValueTask SendAsync(HttpContext context, int status, string type, byte[] body, Guid requestId)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers["x-amzn-RequestId"] = requestId.ToString("D");
        response.ContentType = type;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }
}
