namespace Dispatcher.Contracts.Store;

/// <summary>Messages of a queue.</summary>
/// <param name="Visible">That can be received.</param>
/// <param name="InFlight">That were received and are hidden.</param>
/// <param name="Delayed">That were not received yet and are hidden.</param>
public readonly record struct QueueCounts(long Visible, long InFlight, long Delayed);
