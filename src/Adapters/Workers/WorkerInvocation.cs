using Dispatcher.Adapters.Runtimes;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.Workers;

/// <summary>One event on its way through one worker.</summary>
internal sealed class WorkerInvocation(FunctionPlan plan, InvocationRequest request, DateTimeOffset now, DateTimeOffset deadline)
{
    private readonly TaskCompletionSource<InvocationEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource? _stop = request.Answer is null ? null : new CancellationTokenSource();
    private readonly Lock _streamGate = new();
    private volatile TaskCompletionSource? _sending;
    private TaskCompletionSource? _streaming;

    public FunctionPlan Plan => plan;

    public InvocationRequest Request => request;

    /// <summary>The request id as the worker sees it.</summary>
    public string Id { get; } = request.RequestId.ToString();

    /// <summary>The X-Ray trace header.</summary>
    public string Trace { get; } = HeaderText.Trace(request.TraceId, request.RequestId, now);

    /// <summary>Milliseconds since 1970 at which it times out.</summary>
    public long DeadlineMs { get; } = deadline.ToUnixTimeMilliseconds();

    /// <summary>How it ended.</summary>
    public Task<InvocationEnd> End => _end.Task;

    /// <summary>Completes when nobody reads the event's memory at the moment.</summary>
    public Task Sent => _sending?.Task ?? Task.CompletedTask;

    /// <summary>Completes when nobody writes to the caller's stream any more; ask after the end.</summary>
    public Task Streamed => _streaming?.Task ?? Task.CompletedTask;

    /// <summary>Whether the worker has fetched it. Guarded by the worker.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>Whether an answer is being read. Guarded by the worker.</summary>
    public bool IsAnswering { get; set; }

    /// <summary>Ends it; the first end counts. What is being streamed stops.</summary>
    public bool TryEnd(InvocationEnd end)
    {
        lock (_streamGate)
        {
            if (!_end.TrySetResult(end))
            {
                return false;
            }
        }

        _stop?.Cancel();
        return true;
    }

    /// <summary>The answer comes as a stream: it may be written to the caller until <see cref="StopStreaming"/>.</summary>
    /// <param name="stopped">Cancelled when the invocation has ended meanwhile.</param>
    /// <returns>False where it has ended already.</returns>
    public bool TryBeginStreaming(out CancellationToken stopped)
    {
        stopped = _stop?.Token ?? CancellationToken.None;
        lock (_streamGate)
        {
            if (_end.Task.IsCompleted)
            {
                return false;
            }

            _streaming = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return true;
        }
    }

    /// <summary>Nothing is written to the caller any more.</summary>
    public void StopStreaming() => _streaming?.TrySetResult();

    /// <summary>The worker fetches it: its memory is read until <see cref="StopSending"/>.</summary>
    public void BeginSending()
    {
        _sending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IsTaken = true;
    }

    /// <summary>The event's memory is not read any more.</summary>
    /// <param name="isSent">False: it did not get through, and may be fetched again.</param>
    public void StopSending(bool isSent)
    {
        IsTaken = isSent;
        _sending?.TrySetResult();
    }
}
