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

    /// <summary>A function that may write to its caller, instead of the script; null without.</summary>
    public Func<InvocationRequest, CancellationToken, ValueTask<InvocationOutcome>>? Streaming { get; set; }

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
        return Streaming is null ? Script(request) : await Streaming(request, cancellation);
    }

    public ValueTask CheckAsync(FunctionRef function, CancellationToken cancellation)
        => Refusal is null ? ValueTask.CompletedTask : ValueTask.FromException(Refusal);
}
