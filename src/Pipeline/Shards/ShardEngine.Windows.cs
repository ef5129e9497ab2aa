using Dispatcher.Contracts;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Pipeline.Windows;

namespace Dispatcher.Pipeline.Shards;

/// <summary>
/// Tumbling windows: each lane is in one window at a time, hands the function's state from batch to batch, and ends the window
/// with an invocation of its own.
/// </summary>
internal sealed partial class ShardEngine
{
    /// <summary>
    /// Milliseconds after its end that a window stays open by the clock: a record that arrived just before the end may still be
    /// on its way here.
    /// </summary>
    private const long WindowGraceMs = 500;

    /// <summary>1970-01-01; a Kafka record without a time has -1.</summary>
    private const long FirstTimeMs = 0;

    /// <summary>9999-12-31T00:00:00Z: a window that begins there ends in the same year.</summary>
    private const long LastTimeMs = 253_402_214_400_000;

    private ShardPlan? _planAfterWindows;
    private long _endPosition;

    private bool WindowsOpen => _lanes.Any(l => l.Window is not null);

    /// <summary>Whether everything that the source has is read, as far as it is known.</summary>
    private bool CaughtUp => Ended || (_window.NextRead >= _endPosition && !Full);

    /// <summary>Opens the windows of an earlier life again. Where the lanes were others, the windows end early first.</summary>
    private void RestoreWindows(IReadOnlyList<LaneWindow> windows)
    {
        if (windows.Count == 0)
        {
            return;
        }

        var wanted = _plan;
        _plan = wanted with { Lanes = windows[0].Lanes, TumblingMs = windows[0].LengthMs };
        _lanes = new LaneSet(_plan.Lanes, _plan.Ordered);
        foreach (var window in windows)
        {
            RestoreWindow(_lanes[window.Lane], window);
        }

        Update(wanted);
    }

    /// <summary>A final invocation that failed in an earlier life comes before anything else of its lane, with its attempts.</summary>
    private static void RestoreWindow(Lane lane, LaneWindow window)
    {
        var open = new OpenWindow(window.StartMs, window.LengthMs, window.State, Early: window.State.Length > Limits.WindowStateBytes);
        lane.Window = open;
        if (window.Final is { } failed)
        {
            var final = TroubleMemory.Restore(failed, lane.Index, []);
            final.Window = new BatchWindow(open, Final: true);
            lane.First.AddFirst(final);
        }
    }

    /// <summary>
    /// Whether a change of plan has to wait until open windows have ended: a lane's state belongs to its keys. Until then all but
    /// lanes and windows of the new plan acts.
    /// </summary>
    private bool WaitsForWindows(ShardPlan plan)
    {
        var moves = plan.Lanes != _plan.Lanes || plan.Ordered != _plan.Ordered || plan.TumblingMs != _plan.TumblingMs;
        if (!moves || !WindowsOpen)
        {
            _planAfterWindows = null;
            return false;
        }

        _planAfterWindows = plan;
        _plan = plan with { Lanes = _plan.Lanes, Ordered = _plan.Ordered, TumblingMs = _plan.TumblingMs };
        foreach (var lane in _lanes.All)
        {
            lane.Window = lane.Window is { } open ? open with { Early = true } : null;
        }

        return true;
    }

    /// <summary>
    /// The final invocation of a lane's window, if it is due: a record of a later window waits, the window has to end early, or
    /// its time is over and nothing more of it can come.
    /// </summary>
    private Batch? EndWindow(Lane lane, long? waitingMs, long nowMs, ref long wakeMs)
    {
        if (lane.Window is not { } open)
        {
            return null;
        }

        var due = open.Early || waitingMs >= open.EndMs || (waitingMs is null && Ended);
        if (!due && waitingMs is null && CaughtUp)
        {
            var endsAt = open.EndMs + WindowGraceMs;
            due = nowMs >= endsAt;
            wakeMs = due ? wakeMs : Math.Min(wakeMs, endsAt);
        }

        return due ? new Batch(lane.Index, []) { Window = new BatchWindow(open, Final: true) } : null;
    }

    /// <summary>The window that a batch runs in: that of its first record, or the open one for a late record.</summary>
    private void EnterWindow(Lane lane, Batch batch)
    {
        if (batch.Count == 0)
        {
            // A final invocation that comes again: meanwhile its window may have to end early.
            batch.Window = lane.Window is { } open ? new BatchWindow(open, Final: true) : batch.Window;
            return;
        }

        if (_plan.TumblingMs == 0)
        {
            // A batch that failed in a window and comes again after windows were switched off.
            batch.Window = null;
            return;
        }

        lane.Window ??= new OpenWindow(WindowStart(batch.Numbers[0]), _plan.TumblingMs, default, Early: _planAfterWindows is not null);
        batch.Window = new BatchWindow(lane.Window, Final: false);
    }

    /// <summary>A batch went well (or the first of its records): its state is the lane's now; after a final one the lane is in no window.</summary>
    private void LeaveWindow(Batch batch, ReadOnlyMemory<byte> state)
    {
        if (batch.Window is not { } window)
        {
            return;
        }

        var lane = _lanes[batch.Lane];
        if (window.Final)
        {
            lane.Window = null;
            _changed = true;
        }
        else if (!state.IsEmpty && lane.Window is { } open)
        {
            lane.Window = open with { State = state, Early = open.Early || state.Length > Limits.WindowStateBytes };
        }
    }

    private void ApplyPlanAfterWindows()
    {
        if (_planAfterWindows is { } plan && !WindowsOpen)
        {
            _planAfterWindows = null;
            Update(plan);
        }
    }

    private long WindowStart(long number) => OpenWindow.StartOf(TimeOf(number), _plan.TumblingMs);

    /// <summary>
    /// A record's time as windows see it. Producers choose it (Kafka); what no calendar has belongs to the first or last window.
    /// </summary>
    private long TimeOf(long number) => Math.Clamp(_window.Record(number).TimestampMs, FirstTimeMs, LastTimeMs);

    private List<LaneWindow> OpenWindows()
    {
        var open = new List<LaneWindow>();
        foreach (var lane in _lanes.All)
        {
            if (lane.Window is { } window)
            {
                open.Add(new LaneWindow(lane.Index, _lanes.Count, window.LengthMs, window.StartMs, window.State.ToArray()) { Final = FailedFinal(lane) });
            }
        }

        return open;
    }

    private static TroubledBatch? FailedFinal(Lane lane)
    {
        var first = lane.Running ?? lane.First.First?.Value;
        return first is { InTrouble: true, Window.Final: true } ? TroubleMemory.Of(first, []) : null;
    }
}
