namespace Dispatcher.Gateway.Push;

/// <summary>One event as the function gets it.</summary>
/// <param name="Payload">The event, JSON in UTF-8.</param>
/// <param name="SourceArn">What it comes from, where the event itself says it; null where the push source's configuration does.</param>
internal sealed record PushEvent(ReadOnlyMemory<byte> Payload, string? SourceArn = null);
