using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Status;
using Dispatcher.Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.Tests.Status;

public sealed class LagPageTests : IAsyncLifetime
{
    private static readonly MappingId s_one = MappingId.New();
    private static readonly MappingId s_two = MappingId.New();
    private readonly Lags _lags = new();
    private GatewayServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await GatewayServer.StartAsync(services => services.AddSingleton<ILagReader>(_lags).AddStatusPages());
        await CreateAsync(s_one, "hello");
        await CreateAsync(s_two, "other:live");
        await CreateAsync(MappingId.New(), "hello", enabled: false);
        (_lags.Known[s_one], _lags.Known[s_two]) = (MappingLag.Of(3), MappingLag.Of(40));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Get_AllKnown_SumsEnabledMappings()
    {
        Assert.Equal((200, """{"lag":43,"mappings":2}"""), await GetAsync(""));
        Assert.Equal((200, """{"lag":40,"mappings":1}"""), await GetAsync("?function=other"));
        Assert.Equal((200, """{"lag":3,"mappings":1}"""), await GetAsync($"/{s_one}"));
        Assert.Equal((200, """{"lag":0,"mappings":0}"""), await GetAsync("?function=nobody"));
    }

    [Fact]
    public async Task Get_OneIsNotKnown_Is503AndNoNumber()
    {
        _lags.Known[s_two] = MappingLag.Because("the broker is away");

        Assert.Equal((503, $$"""{"mappings":2,"message":"mapping {{s_two}}: the broker is away"}"""), await GetAsync(""));
        Assert.Equal(503, (await GetAsync($"/{s_two}")).Status);
        Assert.Equal(200, (await GetAsync($"/{s_one}")).Status);
    }

    [Fact]
    public async Task Get_NoSuchMapping_Is404() => Assert.Equal(404, (await GetAsync($"/{MappingId.New()}")).Status);

    private async Task<(int Status, string Text)> GetAsync(string tail)
    {
        var answer = await _server.SendAsync("GET", "/dispatcher/lag" + tail);
        return (answer.Status, answer.Body);
    }

    private async Task CreateAsync(MappingId id, string function, bool enabled = true) => await new Catalog(_server.Store).Mappings.CreateAsync(
        id.ToString(),
        new MappingConfig { Uuid = id.ToString(), FunctionArn = $"arn:aws:lambda:us-east-1:000000000000:function:{function}", Enabled = enabled },
        TestContext.Current.CancellationToken);

    private sealed class Lags : ILagReader
    {
        public Dictionary<MappingId, MappingLag> Known { get; } = [];

        public ValueTask<MappingLag> ReadAsync(MappingId mapping, CancellationToken cancellation) => new(Known[mapping]);
    }
}
