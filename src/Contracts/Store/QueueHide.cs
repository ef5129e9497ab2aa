namespace Dispatcher.Contracts.Store;

/// <summary>How long a received message is hidden from now on.</summary>
/// <param name="Receipt">The receive.</param>
/// <param name="ForMs">Milliseconds from now; 0 makes it visible at once.</param>
/// <param name="Uncount">True: the receive does not count, because the receiver never looked at the message.</param>
public readonly record struct QueueHide(QueueReceipt Receipt, long ForMs, bool Uncount = false);
