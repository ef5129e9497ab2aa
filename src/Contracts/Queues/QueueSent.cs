namespace Dispatcher.Contracts.Queues;

/// <summary>A sent message.</summary>
/// <param name="Id">Its id.</param>
/// <param name="BodyMd5">MD5 of the body in lower-case hex.</param>
/// <param name="AttributesMd5">MD5 of the message attributes; null without any.</param>
/// <param name="SystemMd5">MD5 of the system attributes; null without any.</param>
/// <param name="Sequence">The sequence number of a message in a FIFO queue, as text; null elsewhere.</param>
public sealed record QueueSent(Guid Id, string BodyMd5, string? AttributesMd5, string? SystemMd5, string? Sequence);
