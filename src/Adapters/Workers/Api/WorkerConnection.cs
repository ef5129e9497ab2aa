namespace Dispatcher.Adapters.Workers.Api;

/// <summary>A connection to the Runtime API; stands among the features of its requests.</summary>
/// <param name="Worker">Whose it is: by the address it was made to, or by the token of the present request.</param>
/// <param name="Closed">Cancelled when it is closed.</param>
internal sealed record WorkerConnection(IRuntimeClient Worker, CancellationToken Closed);
