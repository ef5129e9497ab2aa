using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Queues;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.EmbeddedQueues;

/// <summary>
/// Reads a queue. Positions are running numbers. What it gave out stays hidden for as long as it takes; what is done is
/// deleted; what failed comes back when the queue's visibility timeout, counted from its receive, is over.
/// </summary>
internal sealed partial class QueueReader(
    string name, long next, IQueues queues, IQueueStore store, TimeProvider time, ILogger<QueueSource> logger) : IShardReader
{
    /// <summary>
    /// Shortest time that a message is hidden at a time, whatever the queue says: renewing must have a chance. A failed message
    /// is visible again when the queue says.
    /// </summary>
    private const long ShortestHideMs = 6_000;

    /// <summary>A wait ends after this time, so that the queue's attributes are looked at again.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(Limits.QueueWaitSeconds);

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(ShortestHideMs / 3);

    private readonly CancellationTokenSource _gone = new();
    private readonly HeldMessages _held = new();
    private readonly SemaphoreSlim _settling = new(1, 1);
    private Task _beating = Task.CompletedTask;
    private long _next = next;
    private bool _failed;
    private int _disposed;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask<RecordPage> ReadAsync(int maximum, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_gone.IsCancellationRequested, this);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _gone.Token);
        while (true)
        {
            try
            {
                var queue = await QueueSource.GetAsync(queues, name, either.Token);
                var received = await ReceiveAsync(queue, Math.Clamp(maximum, 1, Limits.ReadRecords), either.Token);
                if (received.Count > 0 || _failed)
                {
                    _failed = false;
                    return Fill(queue, received);
                }
            }
            catch (SourceException)
            {
                _failed = true;
                throw;
            }
        }
    }

    public void Return(IReadOnlyList<ReturnedRecord> records) => _held.Return(records);

    public async ValueTask CommitAsync(Checkpoint checkpoint, CancellationToken cancellation)
    {
        await _settling.WaitAsync(cancellation);
        try
        {
            foreach (var passed in _held.Passed(checkpoint).GroupBy(one => one.Message.QueueId))
            {
                await DeleteAsync(passed.Key, [.. passed.Where(one => !one.Message.Returned)], cancellation);
                await GiveBackAsync(passed.Key, [.. passed.Where(one => one.Message.Returned)], cancellation);
            }
        }
        finally
        {
            _settling.Release();
        }
    }

    /// <summary>Messages that nobody dealt with are visible again at once, as if they had not been received.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _gone.CancelAsync();
        await _beating;
        foreach (var left in _held.TakeAll().GroupBy(one => one.QueueId))
        {
            try
            {
                await store.HideAsync(left.Key, [.. left.Select(Release)], CancellationToken.None);
            }
            catch (StoreException error)
            {
                LogReleaseFailed(logger, error, name);
            }
        }
    }

    private QueueHide Release(HeldMessage message)
        => message is { Returned: true, Untried: false }
            ? new QueueHide(message.Receipt, Math.Max(0, message.VisibleAgainMs - NowMs))
            : new QueueHide(message.Receipt, 0, Uncount: true);

    private async ValueTask<IReadOnlyList<QueueReceived>> ReceiveAsync(QueueConfig queue, int maximum, CancellationToken cancellation)
    {
        try
        {
            return await queues.ReceiveAsync(queue, maximum, TimeSpan.FromMilliseconds(HideMs(queue)), _failed ? TimeSpan.Zero : Wait, cancellation);
        }
        catch (Contracts.Errors.ServiceException error)
        {
            throw new SourceException(SourceErrorKind.Configuration, error.Message, error);
        }
        catch (StoreException error)
        {
            throw new SourceException(SourceErrorKind.Unavailable, error.Message, error);
        }
    }

    private RecordPage Fill(QueueConfig queue, IReadOnlyList<QueueReceived> received)
    {
        var page = new RecordPage { NextPosition = _next };
        var nowMs = NowMs;
        foreach (var one in received)
        {
            var message = one.Message;
            _held.Add(_next, new HeldMessage(queue.Id, message.Receipt, nowMs, queue.VisibilitySeconds * 1000L, HideMs(queue)));
            page.Add(new Record(
                _next++,
                message.Group is { } group ? page.Copy(Encoding.UTF8.GetBytes(group)) : default,
                page.Copy(message.Body.Span),
                message.SentMs,
                message.Receives > 1 ? RecordFlags.Redelivered : RecordFlags.None,
                new QueueDetail(one, QueueHandle.Write(queue.Id, message.Receipt))));
        }

        if (_beating.IsCompleted && !_held.IsEmpty)
        {
            _beating = BeatAsync();
        }

        return page;
    }

    private async ValueTask DeleteAsync(string queueId, List<(long Position, HeldMessage Message)> done, CancellationToken cancellation)
    {
        if (done.Count > 0)
        {
            await store.DeleteAsync(queueId, [.. done.Select(one => one.Message.Receipt)], cancellation);
            _held.Remove(done);
        }
    }

    private async ValueTask GiveBackAsync(string queueId, List<(long Position, HeldMessage Message)> failed, CancellationToken cancellation)
    {
        var changes = failed.Where(one => !one.Message.IsAsReceived).Select(one => Release(one.Message)).ToArray();
        if (changes.Length > 0)
        {
            await store.HideAsync(queueId, changes, cancellation);
        }

        _held.Remove(failed);
    }

    /// <summary>Hides what is held for longer, again and again, until nothing is held.</summary>
    private async Task BeatAsync()
    {
        try
        {
            do
            {
                await Task.Delay(Beat, time, _gone.Token);
                await RenewAsync();
            }
            while (!_held.IsEmpty);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // What is held then is released.
        }
    }

    private async ValueTask RenewAsync()
    {
        await _settling.WaitAsync(_gone.Token);
        try
        {
            foreach (var due in _held.Due(NowMs).GroupBy(one => one.Message.QueueId))
            {
                await RenewAsync(due.Key, [.. due]);
            }
        }
        catch (StoreException error)
        {
            LogRenewFailed(logger, error, name);
        }
        finally
        {
            _settling.Release();
        }
    }

    private async ValueTask RenewAsync(string queueId, List<(long Position, HeldMessage Message)> due)
    {
        var changes = due.Select(one => new QueueHide(one.Message.Receipt, one.Message.HideMs)).ToArray();
        var states = await store.HideAsync(queueId, changes, _gone.Token);
        var nowMs = NowMs;
        for (var i = 0; i < due.Count; i++)
        {
            due[i].Message.Renewed(nowMs);
        }

        // Somebody else deleted them, or they became visible while the store was away: they are not ours any more.
        var lost = due.Where((_, i) => states[i] != QueueReceiptState.InFlight).ToArray();
        if (lost.Length > 0)
        {
            _held.Remove(lost);
            LogLost(logger, lost.Length, name);
        }
    }

    private static long HideMs(QueueConfig queue) => Math.Max(ShortestHideMs, queue.VisibilitySeconds * 1000L);

    [LoggerMessage(EventName = "QueueRenewFailed", Level = LogLevel.Warning, Message = "Messages of queue {Queue} could not be kept hidden; it is tried again")]
    private static partial void LogRenewFailed(ILogger logger, Exception error, string queue);

    [LoggerMessage(EventName = "QueueReleaseFailed", Level = LogLevel.Warning, Message = "Messages of queue {Queue} could not be released; they come back after their visibility timeout")]
    private static partial void LogReleaseFailed(ILogger logger, Exception error, string queue);

    [LoggerMessage(EventName = "QueueMessagesLost", Level = LogLevel.Debug, Message = "{Messages} messages of queue {Queue} were deleted or received by others while they were in work")]
    private static partial void LogLost(ILogger logger, int messages, string queue);
}
