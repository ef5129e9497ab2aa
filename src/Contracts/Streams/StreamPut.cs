namespace Dispatcher.Contracts.Streams;

/// <summary>One record to put into a stream. The memory is the caller's and is not used after the put has ended.</summary>
/// <param name="Key">Partition key, UTF-8, 1..256 characters.</param>
/// <param name="Data">The payload.</param>
/// <param name="ExplicitHash">The hash key that decides the shard in place of the partition key's MD5; null without.</param>
public readonly record struct StreamPut(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Data, UInt128? ExplicitHash = null);
