using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Tests.Versions;
using Dispatcher.Gateway.Tests.Wire;

namespace Dispatcher.Gateway.Tests.EventInvokeConfigs;

/// <summary>By its creation a function's queue of events is known: it stays as long as the function does, and no longer.</summary>
public sealed class CreationTests
{
    [Fact]
    public async Task Creation_StaysThroughChangesAndVersions_AndIsAnotherOneForTheNextFunction()
    {
        await using var server = await GatewayServer.StartAsync();
        (await server.CreateFunctionAsync()).Succeeds(201);
        var first = await ReadAsync(server, "f");
        Assert.NotNull(first);

        (await server.ChangeCodeAsync("two")).Succeeds(200);
        (await server.SendAsync("PUT", $"{VersionServer.Functions}/f/configuration", """{"Timeout":9}""")).Succeeds(200);
        (await server.PublishAsync()).Succeeds(201);
        Assert.Equal((first, first), (await ReadAsync(server, "f"), await ReadAsync(server, "f:1")));

        (await server.SendAsync("DELETE", $"{VersionServer.Functions}/f")).Succeeds(204);
        (await server.CreateFunctionAsync()).Succeeds(201);
        Assert.NotEqual(first, await ReadAsync(server, "f"));
    }

    private static async Task<string?> ReadAsync(GatewayServer server, string key)
        => (await new Catalog(server.Store).Functions.FindAsync(key, TestContext.Current.CancellationToken))!.Value.Creation;
}
