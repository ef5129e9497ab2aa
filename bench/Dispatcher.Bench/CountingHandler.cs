using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Bench;

/// <summary>Does nothing but count the records of its events by a mark that every record has once.</summary>
internal sealed class CountingHandler(byte[] mark) : IFunctionHandler
{
    private TaskCompletionSource<long> _done = new();
    private long _wanted;
    private long _seen;

    /// <summary>Starts to count; the task ends with the time stamp of the last record.</summary>
    public Task<long> ExpectAsync(long records)
    {
        (_wanted, _seen, FirstTimestamp) = (records, 0, 0);
        _done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _done.Task;
    }

    /// <summary>When the first event came.</summary>
    public long FirstTimestamp { get; private set; }

    public ValueTask<ReadOnlyMemory<byte>> HandleAsync(InvocationRequest request, CancellationToken cancellation)
    {
        if (FirstTimestamp == 0)
        {
            FirstTimestamp = System.Diagnostics.Stopwatch.GetTimestamp();
        }

        var records = request.Payload.Span.Count(mark);
        if (Interlocked.Add(ref _seen, records) >= _wanted)
        {
            _done.TrySetResult(System.Diagnostics.Stopwatch.GetTimestamp());
        }

        return ValueTask.FromResult(ReadOnlyMemory<byte>.Empty);
    }
}
