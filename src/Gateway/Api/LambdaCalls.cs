using Dispatcher.Contracts.Errors;
using Dispatcher.Gateway.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Dispatcher.Gateway.Api;

/// <summary>Takes calls of the Lambda API from the wire to their operation.</summary>
internal sealed class LambdaCalls
{
    private const string SigningName = "lambda";

    private readonly RouteTable _routes;
    private readonly Dictionary<string, IApiOperation> _operations;
    private readonly ICallerCheck? _callers;
    private readonly Door _door;

    public LambdaCalls(ApiModel model, IEnumerable<IApiOperation> operations, IEnumerable<ICallerCheck> callers, Door door)
    {
        (_callers, _door) = (callers.FirstOrDefault(), door);
        Model = model;
        _routes = new RouteTable(model);
        _operations = operations.ToDictionary(operation => operation.Name);
    }

    /// <summary>The API model.</summary>
    public ApiModel Model { get; }

    /// <summary>Runs one call and writes its answer.</summary>
    /// <exception cref="ServiceException">What the caller is to be told.</exception>
    public async ValueTask RunAsync(HttpContext context, Guid requestId)
    {
        var request = context.Request;
        var caller = await _door.EnterAsync(context, SigningName);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var route = _routes.Find(request.Method, target)
            ?? throw ApiErrors.UnknownOperation(request.Method, request.Path.Value ?? "/");
        if (!_operations.TryGetValue(route.Operation.Name, out var operation))
        {
            throw ApiErrors.NotServed(route.Operation.Name);
        }

        using var body = await RequestBody.ReadAsync(request, context.RequestAborted);
        var call = Bind(request, route, requestId, body.Bytes, caller);
        await DemandAsync(call, context.RequestAborted);
        var response = await operation.RunAsync(call, context.RequestAborted);
        if (ReferenceEquals(response, ApiResponse.Written))
        {
            return;
        }

        await ResponseWriter.WriteAsync(
            context, response with { Status = response.Status ?? route.Operation.Status }, requestId);
    }

    /// <summary>Where nothing knows policies, only callers of the server's account may do anything.</summary>
    private ValueTask DemandAsync(ApiRequest call, CancellationToken cancellation)
        => _callers?.DemandAsync(call, cancellation) ?? (call.Caller.IsOwn
            ? ValueTask.CompletedTask
            : throw SecurityErrors.Denied(call.Caller.Arn, $"{SigningName}:{call.Operation.Name}"));

    private ApiRequest Bind(HttpRequest request, RouteMatch route, Guid requestId, ReadOnlyMemory<byte> body, Caller caller)
    {
        var shape = Model.Input(route.Operation);
        var input = InputBinder.Bind(shape, route, request, body.Span);
        if (shape is not null)
        {
            InputValidator.Validate(shape, input);
        }

        return new ApiRequest(route.Operation, requestId, input)
        {
            Payload = shape?.Payload is null ? default : body,
            Headers = request.Headers,
            Response = request.HttpContext.Response,
            Caller = caller,
            BaseUrl = $"{request.Scheme}://{request.Host}",
        };
    }
}
