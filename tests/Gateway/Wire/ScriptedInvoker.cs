using System.Text;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Gateway.Tests.Wire;

/// <summary>Answers calls as a test says; echoes by default.</summary>
public sealed class ScriptedInvoker : IFunctionInvoker
{
    public Func<InvocationRequest, InvocationOutcome> Script { get; set; } =
        request => new InvocationOutcome.Succeeded(request.Payload.ToArray());

    /// <summary>What happens before the script.</summary>
    public Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

    public InvocationRequest? Last { get; private set; }

    public string? LastPayload { get; private set; }

    public ServiceException? Refusal { get; set; }

    public async ValueTask<InvocationOutcome> InvokeAsync(InvocationRequest request, CancellationToken cancellation)
    {
        await Before(cancellation);
        Last = request;
        LastPayload = Encoding.UTF8.GetString(request.Payload.Span);
        return Script(request);
    }

    public ValueTask CheckAsync(FunctionRef function, CancellationToken cancellation)
        => Refusal is null ? ValueTask.CompletedTask : ValueTask.FromException(Refusal);
}
