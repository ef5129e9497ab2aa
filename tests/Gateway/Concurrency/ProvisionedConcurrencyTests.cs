using Dispatcher.Gateway.Tests.Versions;
using Dispatcher.Gateway.Tests.Wire;

namespace Dispatcher.Gateway.Tests.Concurrency;

public sealed class ProvisionedConcurrencyTests : IAsyncLifetime
{
    private const string Path = "/2019-09-30/functions/f/provisioned-concurrency";

    private GatewayServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await GatewayServer.StartAsync();
        await _server.PublishManyAsync(2);
        (await _server.CreateAliasAsync("""{"Name":"live","FunctionVersion":"1"}""")).Succeeds(201);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Put_Get_List_Delete_ShowWhatIsThere()
    {
        (await GetAsync("live")).Fails(404, "ProvisionedConcurrencyConfigNotFoundException");

        var made = (await PutAsync("live", 3)).Succeeds(202);

        Assert.Equal(("IN_PROGRESS", 3, 0), (made.Text("Status"), Number(made, "Requested"), Number(made, "Allocated")));
        Assert.Equal(made.GetRawText(), (await GetAsync("live")).Succeeds(200).GetRawText());
        (await PutAsync("2", 1)).Succeeds(202);
        var listed = (await _server.SendAsync("GET", $"{Path}?List=ALL&MaxItems=1")).Succeeds(200);
        var rest = (await _server.SendAsync("GET", $"{Path}?List=ALL&Marker={listed.Text("NextMarker")}")).Succeeds(200);
        Assert.Equal([VersionServer.Arn + ":2"], listed.GetProperty("ProvisionedConcurrencyConfigs").Texts("FunctionArn"));
        Assert.Equal([VersionServer.Arn + ":live"], rest.GetProperty("ProvisionedConcurrencyConfigs").Texts("FunctionArn"));

        Assert.Equal(204, (await _server.SendAsync("DELETE", $"{Path}?Qualifier=live")).Status);
        Assert.Equal("No Provisioned Concurrency Config found for this function", (await GetAsync("live")).Fails(404, "ProvisionedConcurrencyConfigNotFoundException"));
    }

    [Fact]
    public async Task Put_NotPossible_IsRefused()
    {
        Assert.Equal(
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
            (await PutAsync("$LATEST", 1)).Fails(400, "InvalidParameterValueException"));
        (await GetAsync("$LATEST")).Fails(400, "InvalidParameterValueException");
        (await PutAsync("9", 1)).Fails(404, "ResourceNotFoundException");
        (await PutAsync("1", 0)).Fails(400, "ValidationException");
        Assert.Contains("minimum value of [100]", (await PutAsync("1", 901)).Fails(400, "InvalidParameterValueException"));
        (await PutAsync("live", 2)).Succeeds(202);
        Assert.Equal("Version is pointed by a Provisioned Concurrency alias", (await PutAsync("1", 1)).Fails(409, "ResourceConflictException"));
        (await PutAsync("2", 1)).Succeeds(202);
        (await _server.CreateAliasAsync("""{"Name":"next","FunctionVersion":"2"}""")).Succeeds(201);
        (await PutAsync("next", 1)).Fails(409, "ResourceConflictException");
    }

    [Fact]
    public async Task Put_WithReservation_CountsAgainstIt()
    {
        (await ReserveAsync(3)).Succeeds(200);
        (await PutAsync("live", 2)).Succeeds(202);

        Assert.Equal(
            "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function",
            (await PutAsync("2", 2)).Fails(400, "InvalidParameterValueException"));
        Assert.Equal(
            "ReservedConcurrentExecutions 1 should not be lower than function's total provisioned concurrency [2].",
            (await ReserveAsync(1)).Fails(400, "InvalidParameterValueException"));
        Assert.Equal(204, (await _server.SendAsync("DELETE", $"{Path}?Qualifier=live")).Status);
        (await ReserveAsync(1)).Succeeds(200);
    }

    private static int Number(System.Text.Json.JsonElement config, string name) => config.GetProperty($"{name}ProvisionedConcurrentExecutions").GetInt32();

    private Task<WireAnswer> PutAsync(string qualifier, int workers)
        => _server.SendAsync("PUT", $"{Path}?Qualifier={qualifier}", $$"""{"ProvisionedConcurrentExecutions":{{workers}}}""");

    private Task<WireAnswer> GetAsync(string qualifier) => _server.SendAsync("GET", $"{Path}?Qualifier={qualifier}");

    private Task<WireAnswer> ReserveAsync(int reserved)
        => _server.SendAsync("PUT", "/2017-10-31/functions/f/concurrency", $$"""{"ReservedConcurrentExecutions":{{reserved}}}""");
}
