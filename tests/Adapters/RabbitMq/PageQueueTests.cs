using System.Text;
using Dispatcher.Adapters.RabbitMq;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Records;

namespace Dispatcher.Adapters.Tests.RabbitMq;

public sealed class PageQueueTests
{
    [Fact]
    public void Take_Nothing_IsNull()
    {
        using var pages = new PageQueue();

        Assert.Null(pages.Take(10));
    }

    [Fact]
    public void Take_FewerThanThereAre_SplitsInOrder()
    {
        using var pages = new PageQueue();
        Fill(pages, 0, 10);

        Assert.Equal([4, 4, 2], Take(pages, 4, 10));
    }

    [Fact]
    public void Take_AfterASmallerTaking_FindsPagesOfThatSize()
    {
        using var pages = new PageQueue();
        Fill(pages, 0, 1);
        pages.Take(3)?.Dispose();
        Fill(pages, 0, 7);

        Assert.Equal([3, 3, 1], Take(pages, 100, 7));
    }

    [Fact]
    public void Filling_PageHasEnoughBytes_BeginsAnother()
    {
        using var pages = new PageQueue();
        var page = pages.Filling();
        page.Add(new Record(0, default, page.Reserve(Limits.ReadBytes), 0));

        Assert.NotSame(page, pages.Filling());
    }

    private static void Fill(PageQueue pages, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            var page = pages.Filling();
            page.Add(new Record(i, default, page.Copy(Encoding.UTF8.GetBytes($"m{i}")), 0));
        }
    }

    private static List<int> Take(PageQueue pages, int maximum, int records)
    {
        var (sizes, next) = (new List<int>(), 0);
        while (next < records)
        {
            using var page = pages.Take(maximum);
            Assert.NotNull(page);
            foreach (var record in page.Records)
            {
                Assert.Equal(next, record.Position);
                Assert.Equal($"m{next++}", QueueBench.Text(record));
            }

            sizes.Add(page.Count);
        }

        Assert.Null(pages.Take(maximum));
        return sizes;
    }
}
