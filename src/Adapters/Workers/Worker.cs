using System.Net;
using Dispatcher.Adapters.Workers.Api;
using Dispatcher.Adapters.Workers.Processes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Invocations;
using Microsoft.AspNetCore.Connections;

namespace Dispatcher.Adapters.Workers;

/// <summary>
/// One worker: a process, the loopback address it is known by, and at most one invocation at a time. All that comes from
/// its connections ends here, so it can only see and answer its own.
/// </summary>
internal sealed class Worker(IPAddress address, WorkerLog log) : IRuntimeClient
{
    private readonly Lock _gate = new();
    private readonly HashSet<ConnectionContext> _connections = [];
    private readonly TaskCompletionSource<WorkerStart> _start = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<WorkerInvocation?>? _poll;
    private WorkerInvocation? _current;
    private WorkerProcess? _process;
    private string? _lastId;
    private bool _ended;

    public IPAddress Address => address;

    public WorkerLog Log => log;

    /// <summary>The process; set as soon as it runs.</summary>
    public WorkerProcess Process => _process ?? throw new InvalidOperationException("The worker was not started.");

    /// <summary>How its initialisation went; completes in any case.</summary>
    public Task<WorkerStart> Start => _start.Task;

    /// <summary>Completes when the process is gone and its last words are read.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Clock ticks at which it became idle. Kept by its pool.</summary>
    public long IdleSince { get; set; }

    /// <summary>Whether it waits for an event at this moment.</summary>
    public bool IsPolling
    {
        get
        {
            lock (_gate)
            {
                return _poll is not null;
            }
        }
    }

    /// <summary>Whether its process is gone; true as soon as the kernel knows it.</summary>
    public bool HasEnded => Process.HasExited;

    /// <summary>Takes over its process and watches it until it ends.</summary>
    public void Run(WorkerProcess process, Action<Worker> onEnd)
    {
        _process = process;
        Ended = WatchAsync(process, onEnd);
    }

    /// <summary>Hands it an event; false where it has ended. It is given out when the worker asks.</summary>
    public bool TryAssign(WorkerInvocation invocation)
    {
        lock (_gate)
        {
            if (_ended || _current is not null)
            {
                return false;
            }

            log.Begin(invocation.Request.RequestId, invocation.Plan.Config.Version);
            _current = invocation;
            if (_poll is { } poll)
            {
                _poll = null;
                invocation.BeginSending();
                poll.SetResult(invocation);
            }

            return true;
        }
    }

    /// <summary>The worker asks for its next event: waits for one. Null: there is none and will be none on this request.</summary>
    /// <param name="allowed">False: it has an event that it did not answer yet.</param>
    public Task<WorkerInvocation?> PollAsync(out bool allowed)
    {
        lock (_gate)
        {
            _start.TrySetResult(new WorkerStart.Ready());
            allowed = _current is not { IsTaken: true };
            if (_ended || !allowed)
            {
                return Task.FromResult<WorkerInvocation?>(null);
            }

            if (_current is { } waiting)
            {
                waiting.BeginSending();
                return Task.FromResult<WorkerInvocation?>(waiting);
            }

            _poll?.SetResult(null); // a second request takes the place of the first one
            _poll = new TaskCompletionSource<WorkerInvocation?>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _poll.Task;
        }
    }

    /// <summary>The connection of a waiting request is gone.</summary>
    public void StopPolling(Task<WorkerInvocation?> waiting)
    {
        lock (_gate)
        {
            if (_poll?.Task == waiting)
            {
                _poll.SetResult(null);
                _poll = null;
            }
        }
    }

    /// <summary>The sending of an event is over. One that did not get through is there for the next request.</summary>
    public void StopSending(WorkerInvocation invocation, bool isSent)
    {
        lock (_gate)
        {
            invocation.StopSending(isSent);
        }
    }

    /// <summary>The worker begins to answer: finds what it answers.</summary>
    public AnswerCheck BeginAnswer(ReadOnlySpan<char> id, out WorkerInvocation? invocation)
    {
        lock (_gate)
        {
            invocation = _current;
            if (invocation is not { IsTaken: true } || !id.SequenceEqual(invocation.Id))
            {
                return id.SequenceEqual(_lastId) ? AnswerCheck.AlreadyAnswered : AnswerCheck.UnknownId;
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

    /// <summary>The answer is complete.</summary>
    public void FinishAnswer(WorkerInvocation invocation, InvocationOutcome outcome)
    {
        lock (_gate)
        {
            (_current, _lastId) = (null, invocation.Id);
        }

        invocation.TryEnd(new InvocationEnd.Answered(outcome));
    }

    /// <summary>The worker reports that it cannot be initialised; false where it had been already.</summary>
    public bool TryRefuse(InvocationOutcome.FunctionError error) => _start.TrySetResult(new WorkerStart.Refused(error));

    /// <summary>Kills the process; <see cref="Ended"/> tells when it is gone.</summary>
    public void Kill() => _process?.Kill();

    /// <summary>A connection of the worker was accepted; false where it has ended or has too many.</summary>
    public bool Connect(ConnectionContext connection)
    {
        lock (_gate)
        {
            return !_ended && _connections.Count < Limits.WorkerConnections && _connections.Add(connection);
        }
    }

    /// <summary>A connection of the worker is closed.</summary>
    public void Disconnect(ConnectionContext connection)
    {
        lock (_gate)
        {
            _connections.Remove(connection);
        }
    }

    private async Task WatchAsync(WorkerProcess process, Action<Worker> onEnd)
    {
        var ending = await process.WaitAsync();
        log.Close();
        End(ending);
        process.Dispose();
        onEnd(this);
    }

    private void End(string? ending)
    {
        ConnectionContext[] left;
        WorkerInvocation? current;
        lock (_gate)
        {
            _ended = true;
            left = [.. _connections];
            (current, _current) = (_current, null);
            _poll?.SetResult(null);
            _poll = null;
        }

        foreach (var connection in left)
        {
            connection.Abort();
        }

        _start.TrySetResult(new WorkerStart.Exited(ending));
        current?.TryEnd(new InvocationEnd.Exited(ending));
    }
}
