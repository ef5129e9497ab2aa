using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Pipeline.Tests.Shards;

public sealed class RecordWindowTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Finish_InAnyOrder_AgreesWithAPlainSet(int seed)
    {
        var random = new Random(seed);
        var window = new RecordWindow(5);
        var positions = new List<long>();
        var done = new HashSet<long>();
        var open = new List<long>();
        long next = 5;
        for (var step = 0; step < 5_000; step++)
        {
            if (open.Count == 0 || random.Next(3) == 0)
            {
                var count = random.Next(1, 20);
                var page = Pages.Of(Enumerable.Range(0, count).Select(_ => next += random.Next(1, 3)).ToList(), _ => "k");
                var hold = window.Hold(page);
                for (var i = 0; i < count; i++)
                {
                    var position = page.Records[i].Position;
                    open.Add(window.Add(position, hold, i, 1, 0));
                    positions.Add(position);
                }
            }
            else
            {
                var at = random.Next(open.Count);
                done.Add(window.Entry(open[at]).Position);
                window.Finish(open[at]);
                open.RemoveAt(at);
            }

            var gap = positions.FindIndex(p => !done.Contains(p));
            Assert.Equal(gap < 0 ? next + 1 : positions[gap], window.Next);
            Assert.Equal(open.Count, window.Pending);
            var ranges = window.FinishedRanges();
            Assert.Equal(window.Runs, ranges.Count);
            if (step % 50 == 0)
            {
                Assert.Equal(Expected(positions, done, gap), ranges);
            }
        }

        foreach (var number in open.ToList())
        {
            window.Finish(number);
        }

        Assert.Equal((0L, 0, 0L), (window.Bytes, window.Runs, window.Span));
    }

    [Fact]
    public void Finish_Twice_IsRefused()
    {
        var window = new RecordWindow(0);
        var page = Pages.Range(0, 1);
        var hold = window.Hold(page);
        window.Add(0, hold, 0, 1, 0);
        var second = window.Add(1, hold, 1, 1, 0);
        window.Finish(second);
        Assert.Throws<InvalidOperationException>(() => window.Finish(second));
    }

    private static List<PositionRange> Expected(List<long> positions, HashSet<long> done, int gap)
    {
        var ranges = new List<PositionRange>();
        for (var i = gap < 0 ? positions.Count : gap; i < positions.Count; i++)
        {
            if (!done.Contains(positions[i]))
            {
                continue;
            }

            var from = i;
            while (i + 1 < positions.Count && done.Contains(positions[i + 1]))
            {
                i++;
            }

            ranges.Add(new PositionRange(positions[from], positions[i]));
        }

        return ranges;
    }
}
