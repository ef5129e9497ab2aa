using Dispatcher.Adapters.Runtimes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.InProcess;

/// <summary>
/// Functions in this process (<c>ImageUri=in-process://NAME</c>). A handler cannot be killed: at the timeout its token is
/// cancelled and the call ends when the handler does, because the event's memory is its own until then.
/// </summary>
internal sealed class InProcessRuntime(IEnumerable<InProcessFunction> functions, TimeProvider clock) : IFunctionRuntime
{
    private const string Scheme = "in-process://";

    private readonly Dictionary<string, IFunctionHandler> _handlers = Index(functions);

    /// <inheritdoc/>
    public bool Handles(FunctionConfig config) => config.PackageType == "Image"
        && config.ImageUri?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true;

    /// <inheritdoc/>
    public ValueTask ValidateAsync(FunctionConfig config, ReadOnlyMemory<byte> archive, CancellationToken cancellation)
        => Find(config) is null ? throw Missing(config) : ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask RetireAsync(FunctionPlan plan, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask<InvocationOutcome> InvokeAsync(
        FunctionPlan plan, InvocationRequest request, CancellationToken cancellation)
    {
        if (Find(plan.Config) is not { } handler)
        {
            return new InvocationOutcome.Failed(Missing(plan.Config)) { ExecutedVersion = plan.Config.Version };
        }

        var outcome = await RunAsync(handler, plan, request, cancellation);
        return plan.Config.Version == outcome.ExecutedVersion
            ? outcome
            : outcome with { ExecutedVersion = plan.Config.Version };
    }

    private async ValueTask<InvocationOutcome> RunAsync(
        IFunctionHandler handler, FunctionPlan plan, InvocationRequest request, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(plan.Config.Timeout), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            var answer = await handler.HandleAsync(request, either.Token);
            return timeout.IsCancellationRequested ? FunctionErrors.TimedOut(plan, request.RequestId)
                : answer.Length > Limits.ResponsePayloadBytes ? FunctionErrors.ResponseTooLarge()
                : new InvocationOutcome.Succeeded(answer);
        }
        catch (Exception error)
        {
            if (error is OperationCanceledException)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            return timeout.IsCancellationRequested
                ? FunctionErrors.TimedOut(plan, request.RequestId)
                : FunctionErrors.Thrown(error);
        }
    }

    private IFunctionHandler? Find(FunctionConfig config) => _handlers.GetValueOrDefault(config.ImageUri![Scheme.Length..]);

    private static ServiceException Missing(FunctionConfig config)
        => ServiceException.Invalid($"No function is registered in this process as '{config.ImageUri}'.");

    private static Dictionary<string, IFunctionHandler> Index(IEnumerable<InProcessFunction> functions)
    {
        var index = new Dictionary<string, IFunctionHandler>(StringComparer.OrdinalIgnoreCase);
        foreach (var function in functions)
        {
            index[function.Name] = function.Handler;
        }

        return index;
    }
}
