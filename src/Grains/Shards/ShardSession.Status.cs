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
        _endPosition == 0 ? null : Math.Max(0, _endPosition - _engine.Next),
        (int)_engine.Counts.InFlight,
        [.. _engine.Lanes().Select(Show)])
    {
        Epoch = _keeper.Epoch,
        Ended = _engine.Finished,
    };

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
