using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Retries;
using System.Diagnostics;

namespace Dispatcher.Grains.Shards;

/// <summary>The save that runs beside the loop.</summary>
internal sealed partial class ShardSession
{
    private void BeginSaving(long nowMs, ref long wakeMs)
    {
        if (_isSaving || _fenced)
        {
            return;
        }

        _saveNotBeforeMs = Math.Min(_saveNotBeforeMs, nowMs + (long)LongestReadWait.TotalMilliseconds);
        if (_saveNotBeforeMs > nowMs)
        {
            wakeMs = Math.Min(wakeMs, _saveNotBeforeMs);
            return;
        }

        if (_engine.TakeCheckpoint() is not { } checkpoint)
        {
            return;
        }

        var after = _ended;
        (_isSaving, _keeper.Unsaved, _ended) = (true, true, []);
        _save = SaveAsync(checkpoint, after, _engine.Passed, _engine.Counts.Done);
    }

    private async Task SaveAsync(Checkpoint checkpoint, IReadOnlyList<ActivityContext> after, long passed, long done)
    {
        await Task.Yield();
        ShardEvent ended;
        try
        {
            ended = new ShardEvent.CheckpointEnded(await _keeper.SaveAsync(checkpoint, after, _abort), passed, done, null);
        }
        catch (Exception e)
        {
            ended = new ShardEvent.CheckpointEnded(CheckpointWrite.Unknown, passed, done, e);
        }

        await TellAsync(ended);
    }

    private void CheckpointEnded(ShardEvent.CheckpointEnded ended)
    {
        switch (ended.Write)
        {
            case CheckpointWrite.Saved:
                _saveFailures = 0;
                _keeper.Saved(ended.Done);
                _parts.Instruments.Committed(Config.Uuid, _keeper.Passed(ended.Passed));
                break;
            case CheckpointWrite.Fenced:
                LogFenced(_parts.Logger, _key);
                _fenced = true;
                break;
            default:
                SaveFailed(ended.Error);
                break;
        }
    }

    /// <summary>The store or the source is away: the work goes on as far as its bounds allow, and the save is tried again.</summary>
    private void SaveFailed(Exception? error)
    {
        _engine.CheckpointLost();
        _saveFailures++;
        _saveNotBeforeMs = NowMs + (long)Backoff.Wait(_saveFailures, FirstReadWait, LongestReadWait, _parts.Random).TotalMilliseconds;
        _parts.Instruments.Failed(Config.Uuid, "CommitErrorCount");
        LogSaveFailed(_parts.Logger, _key, error);
    }
}
