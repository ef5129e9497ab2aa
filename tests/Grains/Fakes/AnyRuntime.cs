using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Grains.Tests.Fakes;

/// <summary>A runtime that would run every function, so that functions can be found.</summary>
internal sealed class AnyRuntime : IFunctionRuntime
{
    public bool Handles(FunctionConfig config) => true;

    public ValueTask ValidateAsync(FunctionConfig config, ReadOnlyMemory<byte> archive, CancellationToken cancellation) => default;

    public ValueTask<InvocationOutcome> InvokeAsync(FunctionPlan plan, InvocationRequest request, CancellationToken cancellation)
        => throw new InvalidOperationException("nothing is run here");

    public ValueTask RetireAsync(FunctionPlan plan, CancellationToken cancellation) => default;
}
