namespace Dispatcher.Contracts.Invocations;

/// <summary>A function in this process, for embedding, tests and benchmarks.</summary>
public interface IFunctionHandler
{
    /// <summary>Handles one event and returns the answer (JSON). An exception is a function error.</summary>
    ValueTask<ReadOnlyMemory<byte>> HandleAsync(InvocationRequest request, CancellationToken cancellation);
}
