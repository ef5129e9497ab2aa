namespace Dispatcher.Contracts.Store;

/// <summary>One record to append to a log.</summary>
/// <param name="Key">Partition key, UTF-8.</param>
/// <param name="Data">Payload.</param>
public readonly record struct LogAppend(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Data);
