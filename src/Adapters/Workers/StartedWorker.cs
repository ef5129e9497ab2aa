using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.Workers;

/// <summary>A worker that is ready, or the outcome of the invocation that wanted it.</summary>
/// <param name="Worker">The worker; null where there is none.</param>
/// <param name="Deadline">When its first invocation times out.</param>
/// <param name="InitMs">Milliseconds its initialisation took.</param>
/// <param name="Outcome">Why there is none; null where there is one.</param>
internal sealed record StartedWorker(Worker? Worker, DateTimeOffset Deadline, double InitMs, InvocationOutcome? Outcome);
