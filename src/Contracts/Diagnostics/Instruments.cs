using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Dispatcher.Contracts.Diagnostics;

/// <summary>
/// The one place where metrics and spans are made. Metric names are AWS's; every one carries the tag <c>mapping</c> (UUID) or
/// <c>function</c> (name). Methods are named after what happened.
/// </summary>
public sealed class Instruments : IDisposable
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Dispatcher";

    private readonly Meter _meter = new(Name);
    private readonly ActivitySource _spans = new(Name);
    private readonly Counter<long> _polled;
    private readonly Counter<long> _filtered;
    private readonly Counter<long> _invoked;
    private readonly Counter<long> _failedInvoke;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _returned;
    private readonly Counter<long> _destination;
    private readonly Counter<long> _destinationFailures;
    private readonly Counter<long> _committed;
    private readonly Counter<long> _succeeded;
    private readonly Counter<long> _skipped;
    private readonly Counter<long> _released;
    private readonly Counter<long> _errors;
    private readonly Histogram<double> _iteratorAge;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _functionErrors;
    private readonly Counter<long> _throttles;
    private readonly Counter<long> _asyncReceived;
    private readonly Counter<long> _asyncDropped;
    private readonly Counter<long> _recursionDropped;
    private readonly Histogram<double> _asyncAge;
    private readonly Counter<long> _deadLetterErrors;
    private readonly ConcurrentDictionary<ShardLag, byte> _lags = new();

    /// <summary>Makes the instruments; one instance per process is enough.</summary>
    public Instruments()
    {
        _polled = _meter.CreateCounter<long>("PolledEventCount", "{record}", "Records read from the source");
        _filtered = _meter.CreateCounter<long>("FilteredOutEventCount", "{record}", "Records that no filter let pass");
        _invoked = _meter.CreateCounter<long>("InvokedEventCount", "{record}", "Records handed to the function");
        _failedInvoke = _meter.CreateCounter<long>("FailedInvokeEventCount", "{record}", "Records whose invocation failed");
        _dropped = _meter.CreateCounter<long>("DroppedEventCount", "{record}", "Records given up without a destination");
        _returned = _meter.CreateCounter<long>("ReturnedEventCount", "{record}", "Failed records given back to their queue");
        _destination = _meter.CreateCounter<long>(
            "OnFailureDestinationDeliveredEventCount", "{record}", "Records handed to the on-failure destination");
        _destinationFailures = _meter.CreateCounter<long>(
            "DestinationDeliveryFailures", "{batch}", "Deliveries to the on-failure destination that failed and are tried again");
        _committed = _meter.CreateCounter<long>("CommittedEventCount", "{record}", "Records that the checkpoint has passed");
        _succeeded = _meter.CreateCounter<long>("SucceededEventCount", "{record}", "Records that the function dealt with");
        _skipped = _meter.CreateCounter<long>("SkippedEventCount", "{record}", "Records that were done before a restart and were read again");
        _released = _meter.CreateCounter<long>(
            "ReleasedEventCount", "{record}", "Records that a shard let go of without an outcome; they are read again");
        _errors = _meter.CreateCounter<long>("ErrorCount", "{error}", "Errors by kind: polling, invoke, destination, commit");
        _iteratorAge = _meter.CreateHistogram<double>("IteratorAge", "ms", "Age of the last record of a batch when it ended");
        _duration = _meter.CreateHistogram<double>("Duration", "ms", "Time an invocation took");
        _functionErrors = _meter.CreateCounter<long>("Errors", "{invocation}", "Invocations that ended with a function error");
        _throttles = _meter.CreateCounter<long>("Throttles", "{invocation}", "Invocations that found no free permit");
        _asyncReceived = _meter.CreateCounter<long>("AsyncEventsReceived", "{event}", "Asynchronous events that were taken");
        _asyncDropped = _meter.CreateCounter<long>("AsyncEventsDropped", "{event}", "Asynchronous events given up without a success");
        _recursionDropped = _meter.CreateCounter<long>("RecursiveInvocationsDropped", "{event}", "Asynchronous events not run to end a recursive loop");
        _asyncAge = _meter.CreateHistogram<double>("AsyncEventAge", "ms", "Age of an asynchronous event when it was handed to the function");
        _deadLetterErrors = _meter.CreateCounter<long>("DeadLetterErrors", "{event}", "Dead letters that could not be sent");
        _meter.CreateObservableGauge("OffsetLag", Lags, "{record}", "Positions between what is done and the end, of the shard that is most behind");
    }

    /// <summary>Records came from the source.</summary>
    public void Polled(string mapping, long records) => _polled.Add(records, Mapping(mapping));

    /// <summary>Records were let pass by no filter.</summary>
    public void FilteredOut(string mapping, long records) => _filtered.Add(records, Mapping(mapping));

    /// <summary>Records were handed to the function.</summary>
    public void Invoked(string mapping, long records) => _invoked.Add(records, Mapping(mapping));

    /// <summary>The function dealt with records.</summary>
    public void Succeeded(string mapping, long records) => _succeeded.Add(records, Mapping(mapping));

    /// <summary>An invocation with records failed.</summary>
    public void FailedInvoke(string mapping, long records) => _failedInvoke.Add(records, Mapping(mapping));

    /// <summary>Records were given up and nobody got them.</summary>
    public void Dropped(string mapping, long records) => _dropped.Add(records, Mapping(mapping));

    /// <summary>Records failed and went back to their queue.</summary>
    public void Returned(string mapping, long records) => _returned.Add(records, Mapping(mapping));

    /// <summary>Records were given up and are safe in the destination.</summary>
    public void DeliveredToDestination(string mapping, long records) => _destination.Add(records, Mapping(mapping));

    /// <summary>The checkpoint passed records.</summary>
    public void Committed(string mapping, long records) => _committed.Add(records, Mapping(mapping));

    /// <summary>Something of a mapping failed and is tried again.</summary>
    /// <param name="mapping">The mapping.</param>
    /// <param name="kind">
    /// AWS's name: PollingErrorCount, InvokeErrorCount, CommitErrorCount, OnFailureDestinationDeliveryErrorCount; or
    /// SourceClientErrorCount: errors that the source's client library reported, many for one trouble.
    /// </param>
    public void Failed(string mapping, string kind) => _errors.Add(1, Mapping(mapping), new("kind", kind));

    /// <summary>Records came again that were done before a restart.</summary>
    public void Skipped(string mapping, long records) => _skipped.Add(records, Mapping(mapping));

    /// <summary>A shard let go of records whose outcome is not known; they are read again.</summary>
    public void Released(string mapping, long records) => _released.Add(records, Mapping(mapping));

    /// <summary>The on-failure destination did not take a batch; it is tried again.</summary>
    public void DestinationFailed(string mapping)
    {
        _destinationFailures.Add(1, Mapping(mapping));
        Failed(mapping, "OnFailureDestinationDeliveryErrorCount");
    }

    /// <summary>A batch ended whose last record had this age.</summary>
    public void IteratorAge(string mapping, double milliseconds) => _iteratorAge.Record(milliseconds, Mapping(mapping));

    /// <summary>A shard begins to be read: it tells how far it is behind, until the result is disposed.</summary>
    public ShardLag Lag(string mapping)
    {
        var lag = new ShardLag(mapping, forgotten => _lags.TryRemove(forgotten, out _));
        _lags[lag] = 0;
        return lag;
    }

    /// <summary>A function ran.</summary>
    public void Ran(string function, double milliseconds, bool failed)
    {
        _duration.Record(milliseconds, Function(function));
        if (failed)
        {
            _functionErrors.Add(1, Function(function));
        }
    }

    /// <summary>Asynchronous events are kept.</summary>
    public void AsyncReceived(string function, long events = 1) => _asyncReceived.Add(events, Function(function));

    /// <summary>An asynchronous event is handed to its function.</summary>
    public void AsyncAge(string function, double milliseconds) => _asyncAge.Record(milliseconds, Function(function));

    /// <summary>Asynchronous events were given up.</summary>
    public void AsyncDropped(string function, long events = 1) => _asyncDropped.Add(events, Function(function));

    /// <summary>An asynchronous event was not run because it would go on with a recursive loop.</summary>
    public void RecursionDropped(string function) => _recursionDropped.Add(1, Function(function));

    /// <summary>A dead letter could not be sent.</summary>
    public void DeadLetterFailed(string function) => _deadLetterErrors.Add(1, Function(function));

    /// <summary>The destination of an asynchronous invocation did not take its record.</summary>
    public void AsyncDestinationFailed(string function) => _destinationFailures.Add(1, Function(function));

    /// <summary>A call found no free permit.</summary>
    public void Throttled(string function) => _throttles.Add(1, Function(function));

    /// <summary>Offers a value that is read when somebody looks: OffsetLag, ConcurrentExecutions, …</summary>
    public void Observe(string name, string unit, string description, Func<IEnumerable<Measurement<long>>> read)
        => _meter.CreateObservableGauge(name, read, unit, description);

    /// <summary>Whether anybody listens to spans.</summary>
    public bool Traced => _spans.HasListeners();

    /// <summary>Starts a span; null where nobody listens.</summary>
    public Activity? Span(string name, ActivityKind kind = ActivityKind.Internal) => _spans.StartActivity(name, kind);

    /// <summary>
    /// Starts a span that goes on where others ended: in the trace of the first, with links to the rest. Null where nobody
    /// listens; a trace of its own where there are none.
    /// </summary>
    public Activity? Span(string name, ActivityKind kind, IReadOnlyList<ActivityContext> after)
        => after.Count == 0
            ? Span(name, kind)
            : _spans.StartActivity(name, kind, after[0], links: after.Count == 1 ? null : after.Skip(1).Select(other => new ActivityLink(other)));

    /// <inheritdoc/>
    public void Dispose()
    {
        _meter.Dispose();
        _spans.Dispose();
    }

    /// <summary>A mapping with a shard that cannot be read has no lag: what is not known is not zero.</summary>
    private IEnumerable<Measurement<long>> Lags() => _lags.Keys
        .GroupBy(lag => lag.Mapping, StringComparer.Ordinal)
        .Where(shards => shards.All(lag => lag.Readable) && shards.Any(lag => lag.Records is not null))
        .Select(shards => new Measurement<long>(shards.Max(lag => lag.Records)!.Value, Mapping(shards.Key)));

    private static KeyValuePair<string, object?> Mapping(string mapping) => new("mapping", mapping);

    private static KeyValuePair<string, object?> Function(string function) => new("function", function);
}
