using Dispatcher.Adapters.Workers;

namespace Dispatcher.Adapters.RemoteWorkers;

/// <summary>An event and the worker that took it.</summary>
internal sealed record RemoteEvent(WorkerInvocation Invocation, RemoteWorker Worker);
