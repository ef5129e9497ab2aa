using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.RemoteWorkers;

/// <summary>An event that waits for a worker to take it.</summary>
internal sealed class RemoteOffer(FunctionPlan plan, InvocationRequest request)
{
    private readonly TaskCompletionSource<RemoteEvent?> _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FunctionPlan Plan => plan;

    public InvocationRequest Request => request;

    /// <summary>The event, once a worker takes it; null where none will, see <see cref="Refusal"/>.</summary>
    public Task<RemoteEvent?> Taken => _taken.Task;

    /// <summary>Why no worker takes it; null where nothing is known.</summary>
    public InvocationOutcome.FunctionError? Refusal { get; private set; }

    /// <summary>A worker takes it.</summary>
    public void Take(RemoteEvent taken) => _taken.SetResult(taken);

    /// <summary>The worker that it waits for cannot be initialised.</summary>
    public void Refuse(InvocationOutcome.FunctionError error)
    {
        Refusal = error;
        _taken.SetResult(null);
    }
}
