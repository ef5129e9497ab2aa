using System.Text;
using Dispatcher.Adapters.Workers;
using Dispatcher.Adapters.Workers.Api;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Invocations;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.RemoteWorkers;

/// <summary>
/// The remote workers of one function version: those that wait for an event, and the events that are with workers. A worker
/// whose event timed out is not here before it asks for the next one.
/// </summary>
internal sealed partial class RemotePool(string version, int maximum, TimeProvider clock, ILogger<RemotePool> log)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<RemoteOffer> _offers = [];
    private readonly LinkedList<(RemoteWorker Worker, TaskCompletionSource<WorkerInvocation?> Source)> _polls = [];
    private readonly Dictionary<string, RemoteEvent> _events = [];
    private bool _closed;

    /// <summary><c>function:version</c>.</summary>
    public string Version => version;

    /// <summary>Requests and invocations that are with it. Kept by <see cref="RemotePools"/>.</summary>
    public int Uses { get; set; }

    /// <summary>Workers that wait, and those that run an event.</summary>
    public (int Waiting, int Busy) Count
    {
        get
        {
            lock (_gate)
            {
                return (_polls.Count, _events.Count);
            }
        }
    }

    /// <summary>Whether there are as many workers as there may be.</summary>
    public bool IsFull => Count is var (waiting, busy) && waiting + busy >= maximum;

    /// <summary>Offers an event; the worker that waits longest takes it, or the next that asks.</summary>
    public RemoteOffer Offer(FunctionPlan plan, InvocationRequest request)
    {
        var offer = new RemoteOffer(plan, request);
        lock (_gate)
        {
            if (_polls.First is { } poll)
            {
                _polls.Remove(poll);
                poll.Value.Source.SetResult(Take(offer, poll.Value.Worker));
            }
            else
            {
                _offers.AddLast(offer);
            }
        }

        return offer;
    }

    /// <summary>Takes an offer back; false where a worker has taken it.</summary>
    public bool Withdraw(RemoteOffer offer)
    {
        lock (_gate)
        {
            return _offers.Remove(offer);
        }
    }

    /// <summary>A worker asks for its next event.</summary>
    public Task<WorkerInvocation?> PollAsync(RemoteWorker worker)
    {
        lock (_gate)
        {
            EndEventOf(worker);
            if (_closed)
            {
                return Task.FromResult<WorkerInvocation?>(null);
            }

            if (_offers.First is { } offer)
            {
                _offers.Remove(offer);
                return Task.FromResult<WorkerInvocation?>(Take(offer.Value, worker));
            }

            var source = new TaskCompletionSource<WorkerInvocation?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _polls.AddLast((worker, source));
            return source.Task;
        }
    }

    /// <summary>The connection of a waiting request is gone.</summary>
    public void StopPolling(Task<WorkerInvocation?> waiting)
    {
        lock (_gate)
        {
            for (var poll = _polls.First; poll is not null; poll = poll.Next)
            {
                if (poll.Value.Source.Task == waiting)
                {
                    poll.Value.Source.SetResult(null);
                    _polls.Remove(poll);
                    return;
                }
            }
        }
    }

    /// <summary>The sending of an event is over. One that did not get through ends here, not taken, and is offered again.</summary>
    public void StopSending(WorkerInvocation invocation, bool isSent)
    {
        lock (_gate)
        {
            invocation.StopSending(isSent);
            if (!isSent)
            {
                _events.Remove(invocation.Id);
            }
        }

        if (!isSent)
        {
            invocation.TryEnd(new InvocationEnd.Exited(null));
        }
    }

    /// <summary>A worker begins to answer. What has ended without it is not known any more.</summary>
    public AnswerCheck BeginAnswer(ReadOnlySpan<char> id, out WorkerInvocation? invocation)
    {
        lock (_gate)
        {
            invocation = _events.GetValueOrDefault(id.ToString())?.Invocation;
            if (invocation is null)
            {
                return AnswerCheck.UnknownId;
            }

            if (invocation.IsAnswering)
            {
                return AnswerCheck.AlreadyAnswered;
            }

            invocation.IsAnswering = true;
            return AnswerCheck.Expected;
        }
    }

    /// <summary>The answer broke off: another one may come.</summary>
    public void DropAnswer(WorkerInvocation invocation)
    {
        lock (_gate)
        {
            invocation.IsAnswering = false;
        }
    }

    /// <summary>An event is over: answers to it are not known from now on.</summary>
    public void Remove(WorkerInvocation invocation)
    {
        lock (_gate)
        {
            _events.Remove(invocation.Id);
        }
    }

    /// <summary>Ends an event whose worker is gone, unless its answer is being read.</summary>
    public void Lose(WorkerInvocation invocation)
    {
        lock (_gate)
        {
            if (invocation.IsAnswering || !_events.Remove(invocation.Id))
            {
                return;
            }
        }

        invocation.TryEnd(new InvocationEnd.Exited(null));
    }

    /// <summary>
    /// A worker tells that it cannot be initialised. What waits for it fails with its error, unless another worker runs an event and
    /// can have the next one.
    /// </summary>
    public void ReportInitError(InvocationOutcome.FunctionError error)
    {
        lock (_gate)
        {
            if (_events.Count == 0)
            {
                foreach (var offer in _offers)
                {
                    offer.Refuse(error);
                }

                _offers.Clear();
            }
        }

        var text = Encoding.UTF8.GetString(error.Payload.Span[..Math.Min(error.Payload.Length, Limits.WorkerLogLineBytes)]);
        LogInitError(version, error.ErrorType, text.ReplaceLineEndings(" "));
    }

    /// <summary>The server stops: nobody waits for events any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }

        SendAway();
    }

    /// <summary>Closes the connections of the workers that wait.</summary>
    public void SendAway()
    {
        lock (_gate)
        {
            foreach (var (_, source) in _polls)
            {
                source.SetResult(null);
            }

            _polls.Clear();
        }
    }

    private WorkerInvocation Take(RemoteOffer offer, RemoteWorker worker)
    {
        var now = clock.GetUtcNow();
        var invocation = new WorkerInvocation(offer.Plan, offer.Request, now, now.AddSeconds(offer.Plan.Config.Timeout));
        invocation.BeginSending();
        var taken = new RemoteEvent(invocation, worker);
        _events[invocation.Id] = taken;
        offer.Take(taken);
        return invocation;
    }

    /// <summary>A worker with a name that asks while it has an event has died in between.</summary>
    private void EndEventOf(RemoteWorker worker)
    {
        if (worker.Name is null)
        {
            return;
        }

        foreach (var (id, held) in _events.Where(one => one.Value.Worker.Name == worker.Name && !one.Value.Invocation.IsAnswering).ToList())
        {
            LogRestarted(version, worker.Name);
            _events.Remove(id);
            held.Invocation.TryEnd(new InvocationEnd.Exited(null));
        }
    }
}
