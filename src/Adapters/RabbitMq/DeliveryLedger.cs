using Dispatcher.Contracts.Checkpoints;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>
/// What was delivered and what was acknowledged on one channel; ends with it. It sees to it that no tag is acknowledged
/// twice, for which the broker would close the channel: also a multiple acknowledgement must name a tag that is open.
/// </summary>
internal sealed class DeliveryLedger
{
    private readonly Lock _lock = new();
    private readonly PositionRuns _positions = new();
    private readonly TagRanges _singly = new();
    private long _below;

    /// <summary>Notes the next delivery; its tag is one above the last one's.</summary>
    public void Delivered(long position)
    {
        lock (_lock)
        {
            _positions.Add(position);
        }
    }

    /// <summary>
    /// What a checkpoint allows to be acknowledged that was not yet, and takes it for acknowledged. Positions of other
    /// channels are left out.
    /// </summary>
    public AckPlan Settle(Checkpoint checkpoint)
    {
        lock (_lock)
        {
            var upTo = Math.Max(_below, _positions.LastTagBelow(checkpoint.Next));
            var open = _singly.LastOutside(upTo);
            var multiple = open > _below ? open : 0;
            _below = upTo;
            _singly.Forget(upTo);
            var singles = _singly.Add(Tags(checkpoint.Finished));
            _positions.Forget(upTo);
            return new AckPlan(multiple, singles);
        }
    }

    private List<PositionRange> Tags(IReadOnlyList<PositionRange> finished)
    {
        var tags = new List<PositionRange>(finished.Count);
        foreach (var range in finished)
        {
            var from = Math.Max(_below, _positions.LastTagBelow(range.From)) + 1;
            var to = _positions.LastTagBelow(range.To + 1);
            if (from <= to)
            {
                tags.Add(new PositionRange(from, to));
            }
        }

        return tags;
    }
}
