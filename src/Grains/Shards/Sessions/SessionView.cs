using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Grains;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Grains.Shards.Sessions;

/// <summary>What a session shows of itself: to metrics always, to whoever asks its status.</summary>
internal sealed class SessionView(SessionState state, ReadAhead reading, BatchOutcomes outcomes)
{
    private readonly ShardLag _lag = state.Parts.Instruments.Lag(state.Config.Uuid);
    private readonly ShardGauge _gauge = state.Parts.Gauges.Add(state.Shard.Key);

    /// <summary>Brings the metrics up to date.</summary>
    public void Show()
    {
        var lag = reading.Lag;
        (_lag.Records, _lag.Readable) = (lag, reading.Error is null);
        _gauge.Show(state.Engine.Counts.InFlight, lag, state.Shard.Reader);
    }

    /// <summary>What the shard does now.</summary>
    public ShardStatus Status() => new(
        state.Shard.Key.Shard,
        !state.IsStopping,
        state.Engine.Next,
        reading.Lag,
        (int)state.Engine.Counts.InFlight,
        [.. state.Engine.Lanes().Select(Lane)])
    {
        Epoch = state.Shard.Lease.Claim.Epoch,
        Ended = state.Engine.Finished,
        Error = state.Shard.Lease.Holds ? reading.Error : "the store has not confirmed the lease: nothing is begun until it does",
        LastFailure = outcomes.LastFailure,
        Poller = state.Shard.Reader.Poller,
        Ledger = state.Shard.Past.Plus(Ledger()),
    };

    /// <summary>Everything that was read in this and earlier sessions, when this one is over: what is in flight is let go of.</summary>
    public ShardLedger Closed()
    {
        var now = Ledger();
        return state.Shard.Past.Plus(now with { Released = now.InFlight, InFlight = 0 });
    }

    /// <summary>Stops showing the shard.</summary>
    public void Close()
    {
        if (state.Engine.Counts.InFlight is > 0 and var left)
        {
            state.Parts.Instruments.Released(state.Config.Uuid, left);
        }

        _lag.Dispose();
        state.Parts.Gauges.Remove(state.Shard.Key, _gauge);
    }

    private ShardLedger Ledger()
    {
        var counts = state.Engine.Counts;
        return new ShardLedger
        {
            Polled = counts.Polled,
            Succeeded = counts.Succeeded,
            Filtered = counts.Filtered,
            Destination = counts.Destination,
            Dropped = counts.Dropped,
            Returned = counts.Returned,
            Skipped = counts.Skipped,
            InFlight = counts.InFlight,
        };
    }

    private static LaneStatus Lane(LaneView lane)
    {
        var trouble = lane.Running is { InTrouble: true } running ? running : lane.Waiting;
        return new LaneStatus(lane.Index, lane.State, lane.Backlog, lane.Running?.Count ?? 0)
        {
            TroubledFrom = lane.TroubledFrom,
            Attempts = trouble?.Attempts ?? 0,
            NextRetryMs = lane.Running is null ? lane.Waiting?.NotBeforeMs : null,
            LastError = trouble?.LastFailure?.Text,
            LastRequestId = trouble?.LastFailure?.RequestId,
            TroubledCount = lane.TroubledFrom is null ? 0 : trouble?.Count ?? 0,
            GivenUp = trouble?.GivenUp?.ToString(),
            DestinationError = trouble?.DestinationError,
        };
    }
}
