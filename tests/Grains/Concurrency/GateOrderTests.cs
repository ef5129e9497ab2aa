using Dispatcher.Grains.Concurrency;

namespace Dispatcher.Grains.Tests.Concurrency;

public sealed class GateOrderTests
{
    [Fact]
    public async Task EnterAsync_NoneFree_WaitsForTheNextInOrder()
    {
        var gate = new ConcurrencyGate(1);
        await gate.EnterAsync(CancellationToken.None);
        var first = gate.EnterAsync(CancellationToken.None).AsTask();
        var second = gate.EnterAsync(CancellationToken.None).AsTask();
        Assert.False(gate.TryEnter());

        gate.Leave();
        await first;
        Assert.False(second.IsCompleted);
        gate.Leave();
        await second;
        Assert.Equal(1, gate.Inside);
    }

    [Fact]
    public async Task EnterAsync_GivenUp_LosesNoPermit()
    {
        var gate = new ConcurrencyGate(1);
        await gate.EnterAsync(CancellationToken.None);
        using var giveUp = new CancellationTokenSource();
        var waiting = gate.EnterAsync(giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        gate.Leave();
        Assert.True(gate.TryEnter());
    }

    [Fact]
    public async Task Gate_ManyCallersWhoGiveUpAtRandom_NeverLendsTooManyAndLosesNone()
    {
        var gate = new ConcurrencyGate(3);
        var (running, most) = (0, 0);
        await Parallel.ForEachAsync(Enumerable.Range(0, 2_000), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            using var patience = new CancellationTokenSource();
            if (i % 5 == 0)
            {
                patience.CancelAfter(TimeSpan.FromTicks(i % 700));
            }

            try
            {
                await gate.EnterAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            var now = Interlocked.Increment(ref running);
            most = Math.Max(most, now);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            gate.Leave();
        });

        Assert.InRange(most, 1, 3);
        Assert.Equal(0, gate.Inside);
    }
}
