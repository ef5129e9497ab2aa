using System.Diagnostics;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Names;
using Dispatcher.Pipeline.Shards;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Shards.Sessions;

/// <summary>Saves a shard's checkpoints, one at a time, beside the session's loop.</summary>
internal sealed partial class CheckpointSaver(SessionState state)
{
    private readonly CheckpointKeeper _keeper = new(state.Shard, state.Parts);
    private readonly RetryPause _pause = new(state.Parts.Random);
    private List<ActivityContext> _ended = [];
    private Task _save = Task.CompletedTask;
    private long _savedDone;
    private long _savedPassed;

    /// <summary>Whether a save is under way. For the loop alone: a task that has told how it ended may not count as completed yet.</summary>
    public bool IsSaving { get; private set; }

    /// <summary>True while there is something done that is not saved.</summary>
    public bool HasUnsaved { get; private set; }

    /// <summary>Whether a sudden end would repeat more than it may: nothing is to be begun before a checkpoint is saved.</summary>
    public bool MustSave => state.Engine.Counts.Done - _savedDone >= Limits.UnsavedRecords;

    /// <summary>Links the next save to the span of a batch that ended; empty where nobody listens.</summary>
    public void After(ActivityContext batch)
    {
        if (batch != default && _ended.Count < Limits.SpanLinks)
        {
            _ended.Add(batch);
        }
    }

    /// <summary>Begins a save where something is done. Returns when to look again, milliseconds; <see cref="long.MaxValue"/>: with the next event.</summary>
    public long Begin(long nowMs)
    {
        if (IsSaving || state.IsFenced)
        {
            return long.MaxValue;
        }

        if (!_pause.IsOver(nowMs, out var untilMs))
        {
            return untilMs;
        }

        if (state.Engine.TakeCheckpoint() is { } checkpoint)
        {
            var after = _ended;
            (IsSaving, HasUnsaved, _ended) = (true, true, []);
            _save = SaveAsync(checkpoint, after, state.Engine.Passed, state.Engine.Counts.Done);
        }

        return long.MaxValue;
    }

    /// <summary>The save has ended.</summary>
    public void Ended(ShardEvent.CheckpointEnded ended)
    {
        IsSaving = false;
        switch (ended.Write)
        {
            case CheckpointWrite.Saved:
                _pause.Succeeded();
                state.Parts.Instruments.Committed(state.Config.Uuid, ended.Passed - _savedPassed);
                (HasUnsaved, _savedDone, _savedPassed) = (false, ended.Done, ended.Passed);
                break;
            case CheckpointWrite.Fenced:
                state.Fence();
                break;
            default:
                Failed(ended.Error);
                break;
        }
    }

    /// <summary>Waits for the save that is under way. Never throws.</summary>
    public Task EndAsync() => _save;

    private async Task SaveAsync(Checkpoint checkpoint, IReadOnlyList<ActivityContext> after, long passed, long done)
    {
        await Task.Yield();
        ShardEvent ended;
        try
        {
            ended = new ShardEvent.CheckpointEnded(await _keeper.SaveAsync(checkpoint, after, state.Abort), passed, done, null);
        }
        catch (Exception e)
        {
            ended = new ShardEvent.CheckpointEnded(CheckpointWrite.Unknown, passed, done, e);
        }

        await state.TellAsync(ended);
    }

    /// <summary>The store or the source is away: the work goes on as far as its bounds allow, and the save is tried again.</summary>
    private void Failed(Exception? error)
    {
        state.Engine.CheckpointLost();
        _pause.Failed(state.NowMs);
        state.Parts.Instruments.Failed(state.Config.Uuid, "CommitErrorCount");
        LogFailed(state.Parts.Logger, state.Shard.Key, error);
    }

    [LoggerMessage(EventName = "CheckpointFailed", Level = LogLevel.Warning, Message = "shard {Shard}: the checkpoint could not be saved and is tried again")]
    private static partial void LogFailed(ILogger logger, ShardKey shard, Exception? error);
}
