using System.Diagnostics;
using System.Diagnostics.Metrics;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Bench;

/// <summary>A function that does nothing. What has succeeded is counted from outside, by the program's own metric.</summary>
internal sealed class CountingHandler : IFunctionHandler, IDisposable
{
    private readonly MeterListener _listener = new();
    private TaskCompletionSource<long> _done = new();
    private long _wanted = long.MaxValue;
    private long _seen;

    public CountingHandler()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Instruments.Name && instrument.Name == "SucceededEventCount")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, records, _, _) => Count(records));
        _listener.Start();
    }

    /// <summary>When the first event came.</summary>
    public long FirstTimestamp { get; private set; }

    /// <summary>Starts to count; the task ends with the time stamp of the last record.</summary>
    public Task<long> ExpectAsync(long records)
    {
        (_wanted, _seen, FirstTimestamp) = (records, 0, 0);
        _done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _done.Task;
    }

    public ValueTask<ReadOnlyMemory<byte>> HandleAsync(InvocationRequest request, CancellationToken cancellation)
    {
        if (FirstTimestamp == 0)
        {
            FirstTimestamp = Stopwatch.GetTimestamp();
        }

        return ValueTask.FromResult(ReadOnlyMemory<byte>.Empty);
    }

    public void Dispose() => _listener.Dispose();

    private void Count(long records)
    {
        if (Interlocked.Add(ref _seen, records) >= _wanted)
        {
            _done.TrySetResult(Stopwatch.GetTimestamp());
        }
    }
}
