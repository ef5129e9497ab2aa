namespace Dispatcher.Contracts.Records;

/// <summary>One header of a Kafka record.</summary>
/// <param name="Key">The name; the same name may come more than once.</param>
/// <param name="Value">The bytes; null where the header has none.</param>
public readonly record struct RecordHeader(string Key, byte[]? Value);
