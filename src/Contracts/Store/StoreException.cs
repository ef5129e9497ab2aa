namespace Dispatcher.Contracts.Store;

/// <summary>The store cannot do its work: in use, corrupt, full, unreachable. The text tells the operator what to do.</summary>
public sealed class StoreException(string message, Exception? inner = null) : Exception(message, inner);
