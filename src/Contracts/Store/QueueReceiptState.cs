namespace Dispatcher.Contracts.Store;

/// <summary>What a receipt was still good for.</summary>
public enum QueueReceiptState
{
    /// <summary>The message is not there: deleted, moved or too old. Nothing was done.</summary>
    Missing = 0,

    /// <summary>The message was received again since. Nothing was done.</summary>
    Stale,

    /// <summary>The message is visible again: a delete was done, a change of its visibility was not.</summary>
    Visible,

    /// <summary>The message was in flight; what was asked for was done.</summary>
    InFlight,
}
