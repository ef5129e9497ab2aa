namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>One record as a function got it.</summary>
/// <param name="Life">The server's life it came in: 0 until the first kill.</param>
/// <param name="Batch">Number of the invocation, in the order of arrival.</param>
/// <param name="Shard">The source's name of the shard; the queue's for RabbitMQ.</param>
/// <param name="Position">Its place in the shard; 0 for RabbitMQ, which has none.</param>
/// <param name="Key">Its key; empty where it has none.</param>
/// <param name="Number">Its data.</param>
internal readonly record struct Delivery(int Life, int Batch, string Shard, long Position, string Key, int Number);
