using Dispatcher.Adapters.RabbitMq;
using Dispatcher.Contracts.Checkpoints;

namespace Dispatcher.Adapters.Tests.RabbitMq;

public sealed class TagRangesTests
{
    [Fact]
    public void Add_RangesAroundAndBetweenKnownOnes_CollectsOnlyNewTags()
    {
        var ranges = new TagRanges();
        Assert.Equal([3, 4, 8], ranges.Add([new(3, 4), new(8, 8)]));

        Assert.Equal([1, 2, 5, 9, 10], ranges.Add([new(1, 5), new(8, 10)]));

        Assert.Empty(ranges.Add([new(1, 5), new(8, 10)]));
    }

    [Fact]
    public void LastOutside_TagInARange_GoesBelowIt()
    {
        var ranges = new TagRanges();
        ranges.Add([new(3, 4), new(5, 6), new(9, 9)]);

        Assert.Equal(2, ranges.LastOutside(6));
        Assert.Equal(8, ranges.LastOutside(9));
        Assert.Equal(7, ranges.LastOutside(7));
        Assert.Equal(12, ranges.LastOutside(12));
    }

    [Fact]
    public void Forget_InsideARange_KeepsTheRestOfIt()
    {
        var ranges = new TagRanges();
        ranges.Add([new(1, 2), new(4, 8)]);

        ranges.Forget(5);

        Assert.Equal([4, 5], ranges.Add([new(4, 8)]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Add_RandomGrowingSets_CollectsEachTagOnce(int seed)
    {
        var random = new Random(seed);
        var (ranges, model, seen) = (new TagRanges(), new SortedSet<long>(), new HashSet<long>());
        for (var round = 0; round < 200; round++)
        {
            var from = random.Next(1, 300);
            for (var tag = from; tag < from + random.Next(1, 10); tag++)
            {
                model.Add(tag);
            }

            foreach (var tag in ranges.Add(Ranges(model)))
            {
                Assert.True(seen.Add(tag), $"tag {tag} twice");
            }

            Assert.Equal(model, seen.Order());
        }
    }

    private static List<PositionRange> Ranges(SortedSet<long> tags)
    {
        var ranges = new List<PositionRange>();
        foreach (var tag in tags)
        {
            if (ranges.Count > 0 && ranges[^1].To == tag - 1)
            {
                ranges[^1] = ranges[^1] with { To = tag };
            }
            else
            {
                ranges.Add(new PositionRange(tag, tag));
            }
        }

        return ranges;
    }
}
