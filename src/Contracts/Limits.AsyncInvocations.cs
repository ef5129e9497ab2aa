namespace Dispatcher.Contracts;

// Limits of asynchronous invocations and pushed events.
public static partial class Limits
{
    /// <summary>Bytes in the payload of an asynchronous invocation (Lambda quota: 1 MB).</summary>
    public const int AsyncPayloadBytes = 1024 * 1024;

    /// <summary>Bytes in the payload of the old InvokeAsync operation (Lambda quota: 256 KB).</summary>
    public const int LegacyAsyncPayloadBytes = 256 * 1024;

    /// <summary>Asynchronous events of one function that one process holds at a time: 1 MB each at most.</summary>
    public const int AsyncEventsInFlight = 32;

    /// <summary>
    /// Milliseconds for which a held event is hidden from other processes; its holder renews that four times as often. So long it
    /// takes until the events of a process that died run elsewhere.
    /// </summary>
    public const int AsyncHideMs = 8_000;

    /// <summary>
    /// Milliseconds between two looks for queues with asynchronous events that nobody here works on: those of a process that died.
    /// Shorter than <see cref="AsyncHideMs"/>, so that somebody is there when what it held becomes visible.
    /// </summary>
    public const int AsyncLookMs = 5_000;

    /// <summary>
    /// Milliseconds that a process may take the queue of a function for the right one without a look into the store: bounds what
    /// a lost notice of a change does.
    /// </summary>
    public const int AsyncQueueKnownMs = 1_000;

    /// <summary>Queues of functions that a process remembers: some hundred bytes each; all go when it is full.</summary>
    public const int AsyncQueuesKnown = 10_000;

    /// <summary>Seconds that an asynchronous event may wait and be tried, by default (Lambda: 6 hours, also the maximum).</summary>
    public const int AsyncEventAgeSeconds = 21_600;

    /// <summary>Tries after a function error beyond the first one, by default (Lambda: 2, also the maximum).</summary>
    public const int AsyncRetries = 2;

    /// <summary>Tries to hand the record of an asynchronous event to its destination, 1 s to 8 s apart; then it is dropped, as at AWS.</summary>
    public const int AsyncDeliveryTries = 5;

    /// <summary>Milliseconds before an event that was throttled or could not be run is tried again, at least (Lambda: 1 s).</summary>
    public const int AsyncShortestBackoffMs = 1_000;

    /// <summary>The same at most (Lambda: 5 minutes).</summary>
    public const int AsyncLongestBackoffMs = 300_000;

    /// <summary>Asynchronous invocations that led to each other before the next is refused (Lambda: about 16).</summary>
    public const int AsyncHops = 16;

    /// <summary>Bytes of a request that pushes events: as much as one synchronous invocation carries.</summary>
    public const int PushBodyBytes = SyncPayloadBytes;

    /// <summary>Events in one request that pushes them: all of them are one transaction of the store, which others wait for.</summary>
    public const int PushEvents = 1_000;

    /// <summary>Functions that one push source calls: each event is stored once for each of them (SNS and EventBridge fan out further).</summary>
    public const int PushFunctions = 10;

    /// <summary>Characters of the error's text in a dead letter (Lambda: the first 1 KB).</summary>
    public const int DeadLetterErrorChars = 1_024;
}
