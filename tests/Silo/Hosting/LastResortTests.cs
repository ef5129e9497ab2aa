using Dispatcher.Silo.Hosting;
using Dispatcher.Testing;

namespace Dispatcher.Silo.Tests.Hosting;

public sealed class LastResortTests
{
    private readonly ManualClock _clock = new();
    private readonly List<string> _ends = [];

    [Fact]
    public void Arm_StoppingTakesTooLong_EndsTheProcessAndSaysWhy()
    {
        using var last = NewLast();
        _clock.Advance(TimeSpan.FromDays(1));
        last.Arm();
        _clock.Advance(TimeSpan.FromSeconds(39));
        Assert.Empty(_ends);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["stopping took more than 40 s; ended, what was in flight is delivered again"], _ends);
    }

    [Fact]
    public void Dispose_StoppingCameToAnEnd_NothingHappens()
    {
        var last = NewLast();
        last.Arm();
        _clock.Advance(TimeSpan.FromSeconds(39));
        last.Dispose();
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Empty(_ends);
    }

    private LastResort NewLast() => new(40, _clock, _ends.Add);
}
