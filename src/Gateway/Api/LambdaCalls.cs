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
    private readonly Authenticator _authenticator;
    private readonly BoundInputs _inputs;

    public LambdaCalls(ApiModel model, IEnumerable<IApiOperation> operations, IEnumerable<ICallerCheck> callers, Authenticator authenticator)
    {
        (_callers, _authenticator) = (callers.FirstOrDefault(), authenticator);
        Model = model;
        _routes = new RouteTable(model);
        _inputs = new BoundInputs(model);
        _operations = operations.ToDictionary(operation => operation.Name);
    }

    /// <summary>The API model.</summary>
    public ApiModel Model { get; }

    /// <summary>Runs one call and writes its answer.</summary>
    /// <exception cref="ServiceException">What the caller is to be told.</exception>
    public async ValueTask RunAsync(HttpContext context, Guid requestId)
    {
        var request = context.Request;
        var caller = await _authenticator.EnterAsync(context, SigningName);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var known = _inputs.Find(request, target);
        var route = known is null ? Route(request, target) : null;
        using var body = await RequestBody.ReadAsync(request, context.RequestAborted);
        known ??= Bind(request, target, route!, body.Bytes);
        var operation = _operations[known.Operation.Name];
        var call = Call(request, requestId, known, body.Bytes, caller);
        await DemandAsync(call, context.RequestAborted);
        var response = await operation.RunAsync(call, context.RequestAborted);
        if (ReferenceEquals(response, ApiResponse.Written))
        {
            return;
        }

        await ResponseWriter.WriteAsync(
            context, response.Status is null ? response with { Status = known.Operation.Status } : response, requestId);
    }

    /// <summary>The operation that is called.</summary>
    /// <exception cref="ServiceException">There is none, or it is not served here.</exception>
    private RouteMatch Route(HttpRequest request, string target)
    {
        var route = _routes.Find(request.Method, target)
            ?? throw ApiErrors.UnknownOperation(request.Method, request.Path.Value ?? "/");
        return _operations.ContainsKey(route.Operation.Name) ? route : throw ApiErrors.NotServed(route.Operation.Name);
    }

    /// <summary>Where nothing knows policies, only callers of the server's account may do anything.</summary>
    private ValueTask DemandAsync(ApiRequest call, CancellationToken cancellation)
        => _callers?.DemandAsync(call, cancellation) ?? (call.Caller.IsOwn
            ? ValueTask.CompletedTask
            : throw SecurityErrors.Denied(call.Caller.Arn, $"{SigningName}:{call.Operation.Name}"));

    private BoundInput Bind(HttpRequest request, string target, RouteMatch route, ReadOnlyMemory<byte> body)
    {
        var shape = Model.Input(route.Operation);
        var input = InputBinder.Bind(shape, route, request, body.Span);
        if (shape is not null)
        {
            InputValidator.Validate(shape, input);
        }

        var bound = new BoundInput(route.Operation, input, HasPayload: shape?.Payload is not null);
        if (BoundInputs.Keeps(route.Operation))
        {
            _inputs.Keep(request, target, bound);
        }

        return bound;
    }

    private static ApiRequest Call(HttpRequest request, Guid requestId, BoundInput bound, ReadOnlyMemory<byte> body, Caller caller)
        => new(bound, requestId)
        {
            Payload = bound.HasPayload ? body : default,
            Headers = request.Headers,
            Response = request.HttpContext.Response,
            Caller = caller,
        };
}
