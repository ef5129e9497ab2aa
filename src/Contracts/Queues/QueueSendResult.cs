using Dispatcher.Contracts.Errors;

namespace Dispatcher.Contracts.Queues;

/// <summary>What became of one message of a call.</summary>
/// <param name="Sent">The stored message; null where it was refused.</param>
/// <param name="Error">What is wrong with it; null where it is stored.</param>
public readonly record struct QueueSendResult(QueueSent? Sent, ServiceException? Error);
