using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Gateway.Tests.Wire;

/// <summary>Accepts every function of a runtime that is not Java's, and refuses the archives that a test names bad.</summary>
public sealed class ScriptedRuntime : IFunctionRuntime
{
    public ServiceException? Refusal { get; set; }

    public byte[]? LastArchive { get; private set; }

    public bool Handles(FunctionConfig config) => config.Runtime?.StartsWith("java", StringComparison.Ordinal) != true
        && config.ImageUri?.StartsWith("nowhere.example", StringComparison.Ordinal) != true;

    public ValueTask ValidateAsync(FunctionConfig config, ReadOnlyMemory<byte> archive, CancellationToken cancellation)
    {
        LastArchive = archive.ToArray();
        return Refusal is null ? ValueTask.CompletedTask : ValueTask.FromException(Refusal);
    }

    public ValueTask<InvocationOutcome> InvokeAsync(FunctionPlan plan, InvocationRequest request, CancellationToken cancellation)
        => throw new InvalidOperationException("the gateway calls the invoker");

    public ValueTask RetireAsync(FunctionPlan plan, CancellationToken cancellation) => ValueTask.CompletedTask;
}
