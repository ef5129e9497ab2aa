namespace Dispatcher.Contracts.Queues;

/// <summary>One message attribute.</summary>
/// <param name="DataType"><c>String</c>, <c>Number</c> or <c>Binary</c>, with a label behind a dot where the sender wants one.</param>
/// <param name="Text">The value of a text or a number; null for bytes.</param>
/// <param name="Binary">The bytes; null for the others.</param>
public sealed record QueueAttribute(string DataType, string? Text, byte[]? Binary);
