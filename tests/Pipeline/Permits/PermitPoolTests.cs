using Dispatcher.Pipeline.Permits;

namespace Dispatcher.Pipeline.Tests.Permits;

public sealed class PermitPoolTests
{
    private readonly PermitPool _pool = new();
    private readonly PermitHolder _f = new("f");
    private readonly PermitHolder _g = new("g");

    [Fact]
    public void TryEnter_AllTaken_IsRefusedUntilOneLeaves()
    {
        _pool.Allow(2);

        Assert.True(_pool.TryEnter(_f, background: false));
        Assert.True(_pool.TryEnter(_g, background: false));
        Assert.False(_pool.TryEnter(_f, background: false));
        _pool.Leave(_g, background: false);
        Assert.True(_pool.TryEnter(_f, background: false));
    }

    [Fact]
    public void Leave_SeveralKindsWait_GivesEachItsTurn()
    {
        _pool.Allow(1);
        _pool.TryEnter(_f, background: true);
        var (a1, a2, a3) = (Wait(_f, "a"), Wait(_f, "a"), Wait(_f, "a"));
        var (b1, b2) = (Wait(_f, "async"), Wait(_f, "async"));
        var c1 = Wait(_g, "a");

        Assert.Equal([a1, b1, c1, a2, b2, a3], Order([a1, a2, a3, b1, b2, c1]));
        Assert.Equal((1, 0), (_pool.Inside, _pool.Waiting));
    }

    [Fact]
    public void Allow_More_LetsThoseWhoWaitInAtOnce()
    {
        var waiting = new[] { Wait(_f, "a"), Wait(_f, "a"), Wait(_f, "b") };

        _pool.Allow(2);

        Assert.Equal([true, false, true], waiting.Select(w => w.Answer.IsCompleted));
        _pool.Allow(0);
        _pool.Leave(_f, background: true);
        Assert.False(waiting[1].Answer.IsCompleted);
    }

    [Fact]
    public void GiveUp_Waits_LeavesItsPlaceToTheNext()
    {
        _pool.Allow(1);
        _pool.TryEnter(_f, background: true);
        var (first, second) = (Wait(_f, "a"), Wait(_f, "a"));

        Assert.True(_pool.GiveUp(first));
        _pool.Leave(_f, background: true);

        Assert.True(second.Answer.IsCompleted);
        Assert.False(_pool.GiveUp(second));
        Assert.False(first.Answer.IsCompleted);
    }

    [Fact]
    public void Move_FunctionToPermitsOfItsOwn_TakesWhatRunsAndWaitsAlong()
    {
        var own = new PermitPool();
        _pool.Allow(2);
        _pool.TryEnter(_f, background: true);
        _pool.TryEnter(_f, background: false);
        var (waits, other) = (Wait(_f, "a"), Wait(_g, "a"));

        _pool.Remove(_f);
        own.Allow(2);
        own.Add(_f);

        Assert.True(other.Answer.IsCompleted);
        Assert.Equal((1, 0, 0), (_pool.Inside, _pool.Waiting, _pool.Background - 1));
        Assert.Equal((2, 1, 1), (own.Inside, own.Waiting, own.Background));
        own.Leave(_f, background: false);
        Assert.True(waits.Answer.IsCompleted);
    }

    [Fact]
    public void SetFloor_PoolIsFull_LetsThatFunctionIn()
    {
        _pool.Allow(1);
        _pool.TryEnter(_g, background: true);
        var (other, mine) = (Wait(_g, "a"), Wait(_f, "a"));

        _pool.SetFloor(_f, 1);

        Assert.True(mine.Answer.IsCompleted);
        Assert.False(other.Answer.IsCompleted);
        Assert.Equal(1, _pool.Inside);
        Assert.False(_pool.TryEnter(_f, background: false));
        _pool.Leave(_f, background: true);
        Assert.True(_pool.TryEnter(_f, background: false));
    }

    [Fact]
    public void Random_Steps_NeverTooManyAndNobodyWaitsBesideAFreePermit()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            Check(new Random(seed));
        }
    }

    private static void Check(Random random)
    {
        var pool = new PermitPool();
        var holders = new[] { new PermitHolder("a"), new PermitHolder("b"), new PermitHolder("c") };
        var inside = new List<(PermitHolder Holder, bool Background)>();
        var waiting = new List<PermitWaiter>();
        for (var step = 0; step < 300; step++)
        {
            var (before, holder) = (pool.Inside, holders[random.Next(3)]);
            switch (random.Next(6))
            {
                case 0:
                    pool.Allow(random.Next(6));
                    break;
                case 1 when inside.Count > 0:
                    var leaves = random.Next(inside.Count);
                    pool.Leave(inside[leaves].Holder, inside[leaves].Background);
                    inside.RemoveAt(leaves);
                    break;
                case 2 when waiting.Count > 0:
                    Assert.True(pool.GiveUp(waiting[random.Next(waiting.Count)]));
                    break;
                case 3:
                    if (pool.TryEnter(holder, background: false))
                    {
                        inside.Add((holder, false));
                    }

                    break;
                default:
                    waiting.Add(pool.Wait(holder, random.Next(2) == 0 ? "m" : "async"));
                    pool.Allow(pool.Allowed);
                    break;
            }

            inside.AddRange(waiting.Where(w => w.Answer.IsCompleted).Select(w => (w.Queue.Holder, true)));
            waiting.RemoveAll(w => w.Place is null);
            Assert.Equal(inside.Count, pool.Inside);
            Assert.Equal(waiting.Count, pool.Waiting);
            Assert.Equal(inside.Count(i => i.Background), pool.Background);
            Assert.True(pool.Inside <= Math.Max(pool.Allowed, before));
            Assert.True(pool.Waiting == 0 || pool.Inside >= pool.Allowed);
        }
    }

    private PermitWaiter Wait(PermitHolder holder, string flow) => _pool.Wait(holder, flow);

    /// <summary>Lets one leave after the other and tells in which order they came in.</summary>
    private List<PermitWaiter> Order(List<PermitWaiter> waiting)
    {
        var order = new List<PermitWaiter>();
        var last = _f;
        while (waiting.Count > 0)
        {
            _pool.Leave(last, background: true);
            var entered = Assert.Single(waiting, w => w.Answer.IsCompleted);
            waiting.Remove(entered);
            order.Add(entered);
            last = entered.Queue.Holder;
        }

        return order;
    }
}
