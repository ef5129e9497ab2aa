namespace Dispatcher.Contracts.Destinations;

/// <summary>A destination did not take a message, or nobody knows whether it did. Tried again with back-off; the text is shown to the owner.</summary>
public sealed class DestinationException(string message, Exception? inner = null) : Exception(message, inner);
