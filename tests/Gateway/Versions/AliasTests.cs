using Dispatcher.Gateway.Tests.Wire;
using static Dispatcher.Gateway.Tests.Versions.VersionServer;

namespace Dispatcher.Gateway.Tests.Versions;

public sealed class AliasTests : IAsyncLifetime
{
    private GatewayServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await GatewayServer.StartAsync();
        await _server.PublishManyAsync(2);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Create_WithWeights_ShowsThem()
    {
        var made = (await _server.CreateAliasAsync(
            """{"Name":"live","FunctionVersion":"1","Description":"d","RoutingConfig":{"AdditionalVersionWeights":{"2":0.25}}}""")).Succeeds(201);

        Assert.Equal((Arn + ":live", "live", "1", "d"), (made.Text("AliasArn"), made.Text("Name"), made.Text("FunctionVersion"), made.Text("Description")));
        Assert.Equal("""{"AdditionalVersionWeights":{"2":0.25}}""", made.GetProperty("RoutingConfig").GetRawText());
        Assert.Equal(made.GetRawText(), (await _server.SendAsync("GET", $"{Functions}/f/aliases/live")).Succeeds(200).GetRawText());
        var named = (await _server.SendAsync("GET", $"{Functions}/f/configuration?Qualifier=live")).Succeeds(200);
        Assert.Equal((Arn + ":live", "1"), (named.Text("FunctionArn"), named.Text("Version")));
    }

    [Theory]
    [InlineData("""{"Name":"live","FunctionVersion":"9"}""", 404, "ResourceNotFoundException", "Function not found: " + Arn + ":9")]
    [InlineData("""{"Name":"7","FunctionVersion":"1"}""", 400, "ValidationException", "failed to satisfy constraint")]
    [InlineData("""{"Name":"live","FunctionVersion":"1","RoutingConfig":{"AdditionalVersionWeights":{"2":1.5}}}""", 400, "ValidationException", "Map value")]
    [InlineData("""{"Name":"live","FunctionVersion":"1","RoutingConfig":{"AdditionalVersionWeights":{"1":0.5}}}""", 400, "InvalidParameterValueException", "already included")]
    [InlineData("""{"Name":"live","FunctionVersion":"1","RoutingConfig":{"AdditionalVersionWeights":{"9":0.5}}}""", 404, "ResourceNotFoundException", "f:9")]
    [InlineData("""{"Name":"live","FunctionVersion":"$LATEST","RoutingConfig":{"AdditionalVersionWeights":{"1":0.5}}}""", 400, "InvalidParameterValueException", "more than 1 version")]
    [InlineData("""{"Name":"live","FunctionVersion":"1","RoutingConfig":{"AdditionalVersionWeights":{"1":0.5,"2":0.5}}}""", 400, "InvalidParameterValueException", "cannot be greater than 1")]
    public async Task Create_WrongVersions_IsRefused(string body, int status, string type, string text)
        => Assert.Contains(text, (await _server.CreateAliasAsync(body)).Fails(status, type));

    [Fact]
    public async Task Create_SameName_IsConflict()
    {
        (await _server.CreateAliasAsync("""{"Name":"live","FunctionVersion":"1"}""")).Succeeds(201);

        Assert.Equal($"Alias already exists: {Arn}:live", (await _server.CreateAliasAsync(
            """{"Name":"live","FunctionVersion":"2"}""")).Fails(409, "ResourceConflictException"));
    }

    [Fact]
    public async Task Update_ChangesWhatIsGivenAndChecksTheRevision()
    {
        var made = (await _server.CreateAliasAsync(
            """{"Name":"live","FunctionVersion":"1","Description":"d","RoutingConfig":{"AdditionalVersionWeights":{"2":0.5}}}""")).Succeeds(201);
        var path = $"{Functions}/f/aliases/live";

        (await _server.SendAsync("PUT", path, """{"RevisionId":"old"}""")).Fails(412, "PreconditionFailedException");
        (await _server.SendAsync("PUT", path, """{"FunctionVersion":"2"}""")).Fails(400, "InvalidParameterValueException");
        var moved = (await _server.SendAsync(
            "PUT", path, $$"""{"FunctionVersion":"2","RoutingConfig":{},"RevisionId":"{{made.Text("RevisionId")}}"}""")).Succeeds(200);

        Assert.Equal(("2", "d"), (moved.Text("FunctionVersion"), moved.Text("Description")));
        Assert.False(moved.TryGetProperty("RoutingConfig", out _));
        Assert.NotEqual(made.Text("RevisionId"), moved.Text("RevisionId"));
        Assert.Equal($"Alias not found: {Arn}:none", (await _server.SendAsync(
            "PUT", $"{Functions}/f/aliases/none", "{}")).Fails(404, "ResourceNotFoundException"));
    }

    [Fact]
    public async Task List_FiltersByVersionAndPages()
    {
        foreach (var (name, version) in new[] { ("b", "1"), ("a", "1"), ("c", "2") })
        {
            (await _server.CreateAliasAsync($$"""{"Name":"{{name}}","FunctionVersion":"{{version}}"}""")).Succeeds(201);
        }

        var first = (await _server.SendAsync("GET", $"{Functions}/f/aliases?MaxItems=2")).Succeeds(200);
        var rest = (await _server.SendAsync("GET", $"{Functions}/f/aliases?Marker={first.Text("NextMarker")}")).Succeeds(200);
        var ones = (await _server.SendAsync("GET", $"{Functions}/f/aliases?FunctionVersion=1")).Succeeds(200);

        Assert.Equal(["a", "b"], first.GetProperty("Aliases").Texts("Name"));
        Assert.Equal(["c"], rest.GetProperty("Aliases").Texts("Name"));
        Assert.Equal(["a", "b"], ones.GetProperty("Aliases").Texts("Name"));
    }

    [Fact]
    public async Task Delete_VersionOfAnAlias_IsConflictUntilTheAliasIsGone()
    {
        (await _server.CreateAliasAsync(
            """{"Name":"live","FunctionVersion":"1","RoutingConfig":{"AdditionalVersionWeights":{"2":0.5}}}""")).Succeeds(201);

        foreach (var version in new[] { "1", "2" })
        {
            Assert.Equal("Unable to delete version because the following aliases reference it: [live]", (await _server.SendAsync(
                "DELETE", $"{Functions}/f?Qualifier={version}")).Fails(409, "ResourceConflictException"));
        }

        Assert.Equal("Deletion of aliases is not currently supported.", (await _server.SendAsync(
            "DELETE", $"{Functions}/f?Qualifier=live")).Fails(400, "InvalidParameterValueException"));
        (await _server.SendAsync("DELETE", $"{Functions}/f/aliases/live")).Succeeds(204);
        (await _server.SendAsync("DELETE", $"{Functions}/f/aliases/live")).Succeeds(204);
        (await _server.SendAsync("GET", $"{Functions}/f/aliases/live")).Fails(404, "ResourceNotFoundException");
        (await _server.SendAsync("DELETE", $"{Functions}/f?Qualifier=1")).Succeeds(204);
    }

    [Fact]
    public async Task Mapping_OfMissingVersionOrAlias_IsNotFound()
    {
        foreach (var name in new[] { "f:9", "f:none" })
        {
            var answer = await _server.SendAsync("POST", "/2015-03-31/event-source-mappings", $$"""
                {"FunctionName":"{{name}}","StartingPosition":"LATEST","EventSourceArn":"arn:aws:kinesis:us-east-1:000000000000:stream/s"}
                """);
            Assert.EndsWith($"function:{name}", answer.Fails(404, "ResourceNotFoundException"));
        }
    }
}
