using System.Threading.Channels;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Queues;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.EmbeddedQueues;

/// <summary>Message move tasks: documents, and the work that they stand for. <see cref="QueueKeeper"/> runs the work.</summary>
internal sealed class QueueMover(IStore store, Contracts.Configuration.DispatcherConfig config, TimeProvider time)
{
    private const string Running = "RUNNING";
    private const string Cancelling = "CANCELLING";
    private const int WaitingTasks = 1_000;
    private const int Step = 100;

    private readonly Catalog _catalog = new(store);
    private readonly Channel<string> _started = Channel.CreateBounded<string>(WaitingTasks);

    /// <summary>Handles of tasks that are to be run.</summary>
    public ChannelReader<string> Started => _started.Reader;

    /// <summary>Writes a new task down and hands it to the keeper.</summary>
    public async ValueTask<QueueMove> StartAsync(
        string sourceId, string sourceArn, string? targetArn, int? maximumPerSecond, CancellationToken cancellation)
    {
        var all = await ListAsync(sourceArn, cancellation);
        if (all.Any(one => one.Status is Running or Cancelling))
        {
            throw QueueErrors.Unsupported(
                "There is already a task running. Only one active task is allowed for a source queue arn at a given time.");
        }

        foreach (var old in all.Skip(Limits.QueueMoveTasks - 1))
        {
            await _catalog.QueueMoves.DeleteAsync(old.Handle, cancellation);
        }

        var move = new QueueMove
        {
            Handle = Convert.ToBase64String(Guid.NewGuid().ToByteArray()),
            SourceArn = sourceArn,
            TargetArn = targetArn,
            MaximumPerSecond = maximumPerSecond,
            StartedMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
            ToMove = (await store.Queues.CountAsync(sourceId, cancellation)).Visible,
        };
        await _catalog.QueueMoves.CreateAsync(move.Handle, move, cancellation);
        await _started.Writer.WriteAsync(move.Handle, cancellation);
        return move;
    }

    /// <summary>The tasks of a queue, newest first.</summary>
    public async ValueTask<IReadOnlyList<QueueMove>> ListAsync(string sourceArn, CancellationToken cancellation)
    {
        var found = new List<QueueMove>();
        await foreach (var move in _catalog.QueueMoves.AllAsync(cancellation))
        {
            if (move.Value.SourceArn == sourceArn)
            {
                found.Add(move.Value);
            }
        }

        return [.. found.OrderByDescending(one => one.StartedMs)];
    }

    /// <summary>Tells a task to stop.</summary>
    public async ValueTask<QueueMove> CancelAsync(string handle, CancellationToken cancellation)
    {
        var found = await _catalog.QueueMoves.UpdateAsync(
            handle, one => one.Status == Running ? one with { Status = Cancelling } : null, cancellation);
        return found is { Status: Cancelling } ? found : throw QueueErrors.NoResource("Task does not exist.");
    }

    /// <summary>Handles of tasks that an earlier life left unfinished.</summary>
    public async ValueTask<IReadOnlyList<string>> UnfinishedAsync(CancellationToken cancellation)
    {
        var found = new List<string>();
        await foreach (var move in _catalog.QueueMoves.AllAsync(cancellation))
        {
            if (move.Value.Status is Running or Cancelling)
            {
                found.Add(move.Key);
            }
        }

        return found;
    }

    /// <summary>Does a task's work until there is nothing left, it is cancelled or it cannot go on.</summary>
    public async Task RunAsync(string handle, CancellationToken cancellation)
    {
        while (await _catalog.QueueMoves.FindAsync(handle, cancellation) is { Value: var move })
        {
            if (move.Status == Cancelling)
            {
                await EndAsync(handle, "CANCELLED", null, cancellation);
                return;
            }

            if (move.Status != Running)
            {
                return;
            }

            var (moved, failure) = await StepAsync(move, cancellation);
            await _catalog.QueueMoves.UpdateAsync(handle, one => one with { Moved = one.Moved + moved }, cancellation);
            if (failure is not null || moved == 0)
            {
                await EndAsync(handle, failure is null ? "COMPLETED" : "FAILED", failure, cancellation);
                return;
            }

            if (move.MaximumPerSecond is { } rate)
            {
                await Task.Delay(TimeSpan.FromSeconds((double)moved / rate), time, cancellation);
            }
        }
    }

    private async ValueTask<(int Moved, string? Failure)> StepAsync(QueueMove move, CancellationToken cancellation)
    {
        if (await IdAsync(move.SourceArn, cancellation) is not { } from)
        {
            return (0, "AWS.SimpleQueueService.NonExistentQueue");
        }

        var step = Math.Min(Step, move.MaximumPerSecond ?? Step);
        if (move.TargetArn is { } target)
        {
            return await IdAsync(target, cancellation) is { } to
                ? (await store.Queues.MoveAsync(from, to, null, step, cancellation), null)
                : (0, "AWS.SimpleQueueService.NonExistentQueue");
        }

        string? failure = null;
        foreach (var origin in await store.Queues.OriginsAsync(from, cancellation))
        {
            if (await IdAsync(origin, cancellation) is not { } home)
            {
                failure = "AWS.SimpleQueueService.NonExistentQueue";
            }
            else if (await store.Queues.MoveAsync(from, home, origin, step, cancellation) is > 0 and var moved)
            {
                return (moved, null);
            }
        }

        return (0, failure);
    }

    private async ValueTask<string?> IdAsync(string arn, CancellationToken cancellation)
        => QueueNames.NameOf(config, arn) is { } name ? (await _catalog.Queues.FindAsync(name, cancellation))?.Value.Id : null;

    private async ValueTask EndAsync(string handle, string status, string? failure, CancellationToken cancellation)
        => await _catalog.QueueMoves.UpdateAsync(handle, one => one with { Status = status, Failure = failure }, cancellation);
}
