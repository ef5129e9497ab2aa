using System.Text.Json.Nodes;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Gateway.Tests.Mappings;

public sealed class MappingListTests : IAsyncLifetime
{
    private const string Stream = "arn:aws:kinesis:us-west-2:123456789012:stream/";
    private MappingServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await MappingServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task List_Pages_ShowEveryMappingOnce()
    {
        await FillAsync(250, _ => "my-function", i => $"s{i}");

        var (pages, uuids) = await ReadAsync("");

        Assert.Equal([100, 100, 50], pages);
        Assert.Equal(250, uuids.Distinct().Count());
    }

    [Fact]
    public async Task List_MaxItems_IsThePage()
    {
        await FillAsync(7, _ => "my-function", i => $"s{i}");

        var (pages, uuids) = await ReadAsync("MaxItems=3");

        Assert.Equal([3, 3, 1], pages);
        Assert.Equal(7, uuids.Distinct().Count());
    }

    [Fact]
    public async Task List_LastPageIsFull_HasNoMarker()
    {
        await FillAsync(6, _ => "my-function", i => $"s{i}");

        Assert.Equal([3, 3], (await ReadAsync("MaxItems=3")).Pages);
    }

    [Theory]
    [InlineData("FunctionName=other-function", 600)]
    [InlineData("FunctionName=arn:aws:lambda:us-west-2:123456789012:function:other-function", 600)]
    [InlineData("FunctionName=123456789012:function:other-function:$LATEST", 600)]
    [InlineData("FunctionName=my-function:1", 0)]
    [InlineData("EventSourceArn=" + Stream + "s5", 2)]
    [InlineData("EventSourceArn=" + Stream + "s5&FunctionName=other-function", 1)]
    [InlineData("EventSourceArn=" + Stream + "none", 0)]
    public async Task List_Filter_FindsThoseAndOnlyThose(string query, int count)
    {
        await FillAsync(1200, i => i % 2 == 0 ? "my-function" : "other-function", i => $"s{i / 2}");

        var (_, uuids) = await ReadAsync(query);

        Assert.Equal(count, uuids.Distinct().Count());
        Assert.Equal(count, uuids.Count);
    }

    [Fact]
    public async Task List_WrongMarker_IsRefused() => await _server.GetAsync(400, "?Marker=nonsense");

    private async Task FillAsync(int count, Func<int, string> function, Func<int, string> stream)
    {
        for (var i = 0; i < count; i++)
        {
            var uuid = MappingId.New().ToString();
            var config = new MappingConfig
            {
                Uuid = uuid,
                FunctionArn = $"arn:aws:lambda:us-west-2:123456789012:function:{function(i)}",
                EventSourceArn = Stream + stream(i),
            };
            await _server.Catalog.Mappings.CreateAsync(uuid, config, CancellationToken.None);
        }
    }

    private async Task<(List<int> Pages, List<string> Uuids)> ReadAsync(string query)
    {
        var (pages, uuids) = (new List<int>(), new List<string>());
        var marker = "";
        do
        {
            var answer = await _server.GetAsync(200, $"?{query}{marker}");
            var page = answer["EventSourceMappings"]!.AsArray();
            pages.Add(page.Count);
            uuids.AddRange(page.Select(one => (string)one!["UUID"]!));
            marker = (string?)answer["NextMarker"] is { } next ? $"&Marker={next}" : "";
        }
        while (marker.Length > 0);

        return (pages, uuids);
    }
}
