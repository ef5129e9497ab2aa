using Dispatcher.Contracts.Grains;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Grains.Shards;

/// <summary>What the shard shows of itself.</summary>
internal sealed partial class ShardSession
{
    private ShardStatus Status() => new(
        _key.Shard,
        !_stopping,
        _engine.Next,
        Lag(),
        (int)_engine.Counts.InFlight,
        [.. _engine.Lanes().Select(Show)])
    {
        Epoch = _lease.Claim.Epoch,
        Ended = _engine.Finished,
        Error = _lease.Holds ? _readError : "the store has not confirmed the lease: nothing is begun until it does",
        Poller = _reader.Poller,
        Ledger = _past.Plus(Ledger()),
    };

    /// <summary>Everything that was read in this and earlier sessions, when this one is over: what is in flight is let go of.</summary>
    public ShardLedger Closed()
    {
        var now = Ledger();
        return _past.Plus(now with { Released = now.InFlight, InFlight = 0 });
    }

    /// <summary>Null where the end is not known: nothing was read yet, or the source cannot be read now.</summary>
    private long? Lag() => _endPosition == 0 || _readError is not null ? null : Math.Max(0, _endPosition - _engine.Next);

    private ShardLedger Ledger()
    {
        var counts = _engine.Counts;
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

    /// <summary>Gives back what was borrowed, when everything has ended.</summary>
    private void Close()
    {
        if (_engine.Counts.InFlight is > 0 and var left)
        {
            _parts.Instruments.Released(Config.Uuid, left);
        }

        _parts.Board.Leave(_key, _gauge);
        _parts.Gates.Return(_key);
    }

    private static LaneStatus Show(LaneView lane)
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
