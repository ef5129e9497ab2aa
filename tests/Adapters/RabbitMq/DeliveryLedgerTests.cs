using Dispatcher.Adapters.RabbitMq;
using Dispatcher.Contracts.Checkpoints;

namespace Dispatcher.Adapters.Tests.RabbitMq;

public sealed class DeliveryLedgerTests
{
    [Fact]
    public void Settle_AllBelowNext_IsOneMultipleAcknowledgement()
    {
        var ledger = Delivered(Enumerable.Range(500, 10));

        var plan = ledger.Settle(new Checkpoint(505));

        Assert.Equal(5, plan.Multiple);
        Assert.Empty(plan.Singles);
    }

    [Fact]
    public void Settle_Twice_AcknowledgesNothingAgain()
    {
        var ledger = Delivered(Enumerable.Range(0, 10));
        var checkpoint = new Checkpoint(3) { Finished = [new(5, 6)] };
        Assert.Equal([6, 7], ledger.Settle(checkpoint).Singles);

        var plan = ledger.Settle(checkpoint);

        Assert.Equal(0, plan.Multiple);
        Assert.Empty(plan.Singles);
    }

    [Fact]
    public void Settle_GapCloses_NamesATagThatIsStillOpen()
    {
        var ledger = Delivered(Enumerable.Range(0, 10));
        ledger.Settle(new Checkpoint(2) { Finished = [new(4, 6)] });

        // Positions 0..6 are done; tags 5, 6 and 7 are acknowledged already, so 4 (position 3) is the newest open one.
        Assert.Equal(4, ledger.Settle(new Checkpoint(7)).Multiple);
    }

    [Fact]
    public void Settle_AllBelowNextAcknowledgedSingly_SendsNothing()
    {
        var ledger = Delivered(Enumerable.Range(0, 4));
        ledger.Settle(new Checkpoint(0) { Finished = [new(1, 3)] });
        Assert.Equal(1, ledger.Settle(new Checkpoint(1) { Finished = [new(1, 3)] }).Multiple);

        Assert.Equal(0, ledger.Settle(new Checkpoint(4)).Multiple);
    }

    [Fact]
    public void Settle_PositionsOfAnEarlierChannel_AreLeftOut()
    {
        var ledger = Delivered(Enumerable.Range(100, 5));

        var plan = ledger.Settle(new Checkpoint(40) { Finished = [new(50, 60), new(98, 101)] });

        Assert.Equal(0, plan.Multiple);
        Assert.Equal([1, 2], plan.Singles);
    }

    [Fact]
    public void Settle_OffsetsWithGaps_FindsTheTags()
    {
        var ledger = Delivered([10, 11, 15, 16, 30]);

        var plan = ledger.Settle(new Checkpoint(14) { Finished = [new(16, 29)] });

        Assert.Equal(2, plan.Multiple);
        Assert.Equal([4], plan.Singles);
        Assert.Equal(5, ledger.Settle(new Checkpoint(31)).Multiple);
    }

    private static DeliveryLedger Delivered(IEnumerable<int> positions)
    {
        var ledger = new DeliveryLedger();
        foreach (var position in positions)
        {
            ledger.Delivered(position);
        }

        return ledger;
    }
}
