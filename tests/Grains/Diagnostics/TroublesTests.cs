using Dispatcher.Contracts;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Testing;

namespace Dispatcher.Grains.Tests.Diagnostics;

public sealed class TroublesTests
{
    private readonly ManualClock _clock = new();
    private readonly Troubles _troubles;

    public TroublesTests() => _troubles = new Troubles(_clock, TimeSpan.FromMinutes(1));

    [Fact]
    public void Happened_AllTheTime_IsToldAtTheBeginningAndOnceAMinute()
    {
        var told = new List<int>();
        for (var second = 0; second <= 120; second++)
        {
            if (_troubles.Happened("a", out var untold))
            {
                told.Add(untold);
            }

            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([0, 59, 59], told);
    }

    [Fact]
    public void Over_AfterItWasTold_IsToldOnceWithHowLongItLasted()
    {
        Assert.False(_troubles.Over("a", out _));
        _troubles.Happened("a", out _);
        _clock.Advance(TimeSpan.FromSeconds(7));
        _troubles.Happened("a", out _);

        Assert.False(_troubles.Over("b", out _));
        Assert.True(_troubles.Over("a", out var lasted));
        Assert.Equal(TimeSpan.FromSeconds(7), lasted);
        Assert.False(_troubles.Over("a", out _));
    }

    [Fact]
    public void Happened_ComesAndGoes_IsToldOnceAMinuteWithItsEnd()
    {
        var (begun, ended) = (0, 0);
        for (var second = 0; second < 120; second++)
        {
            begun += _troubles.Happened("a", out _) ? 1 : 0;
            ended += _troubles.Over("a", out _) ? 1 : 0;
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((2, 2), (begun, ended));
    }

    [Fact]
    public void Happened_VeryManyTroubles_ForgetsThoseThatAreOver()
    {
        for (var i = 0; i < Limits.KnownTroubles; i++)
        {
            _troubles.Happened($"{i}", out _);
        }

        _troubles.Over("0", out _);

        Assert.True(_troubles.Happened("another", out _));
        Assert.True(_troubles.Happened("0", out _));
        Assert.False(_troubles.Happened("1", out _));
    }
}
