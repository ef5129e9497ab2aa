using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Names;
using Dispatcher.Grains.Leases;

namespace Dispatcher.Grains.Tests.Leases;

public sealed class HeldLeaseTests
{
    private readonly Clock _clock = new();
    private int _changed;

    [Fact]
    public void Holds_NoWordWithinItsLength_IsOverAndTellsWhenItIsConfirmed()
    {
        using var lease = Lease(TimeSpan.FromSeconds(15));
        _clock.Seconds = 14;
        Assert.True(lease.Holds);
        lease.Confirm(10 * Clock.Second);
        Assert.Equal(0, _changed);

        _clock.Seconds = 25;
        Assert.False(lease.Holds);
        Assert.False(lease.IsLost);

        lease.Confirm(24 * Clock.Second);
        Assert.Equal(1, _changed);
        Assert.True(lease.Holds);
        Assert.Equal(TimeSpan.FromSeconds(1), lease.Age);
    }

    [Fact]
    public void Confirm_AnswersOutOfOrder_NewestCounts()
    {
        using var lease = Lease(TimeSpan.FromSeconds(15));
        _clock.Seconds = 20;
        lease.Confirm(12 * Clock.Second);
        lease.Confirm(8 * Clock.Second);

        Assert.Equal(TimeSpan.FromSeconds(8), lease.Age);
        Assert.Equal(1, _changed);
    }

    [Fact]
    public void Lose_Ever_IsForGood()
    {
        using var lease = Lease(Timeout.InfiniteTimeSpan);
        _clock.Seconds = 1_000_000;
        Assert.True(lease.Holds);

        lease.Lose();
        lease.Confirm(1_000_000 * Clock.Second);

        Assert.Equal((false, true), (lease.Holds, lease.IsLost));
        Assert.Equal(1, _changed);
    }

    private HeldLease Lease(TimeSpan length)
        => new(new LeaseClaim(new ShardKey(MappingId.New(), "s-0"), 1), 0, length, _clock, () => _changed++, _ => { });

    private sealed class Clock : TimeProvider
    {
        public const long Second = 1_000;

        public long Seconds { get; set; }

        public override long TimestampFrequency => Second;

        public override long GetTimestamp() => Seconds * Second;
    }
}
