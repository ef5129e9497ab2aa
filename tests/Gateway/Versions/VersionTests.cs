using Dispatcher.Gateway.Tests.Wire;
using static Dispatcher.Gateway.Tests.Versions.VersionServer;

namespace Dispatcher.Gateway.Tests.Versions;

public sealed class VersionTests : IAsyncLifetime
{
    private GatewayServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await GatewayServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Publish_NothingChangedSince_IsTheSameVersion()
    {
        (await _server.CreateFunctionAsync()).Succeeds(201);

        var first = (await _server.PublishAsync("""{"Description":"the first"}""")).Succeeds(201);
        var again = (await _server.PublishAsync("""{"Description":"another"}""")).Succeeds(201);

        Assert.Equal((Arn + ":1", "1", "the first"), (first.Text("FunctionArn"), first.Text("Version"), first.Text("Description")));
        Assert.Equal(first.GetRawText(), again.GetRawText());

        (await _server.SendAsync("PUT", $"{Functions}/f/configuration", """{"Timeout":9}""")).Succeeds(200);
        var second = (await _server.PublishAsync()).Succeeds(201);
        Assert.Equal(("2", 9, ""), (second.Text("Version"), second.GetProperty("Timeout").GetInt32(), second.Text("Description")));
    }

    [Fact]
    public async Task Publish_ThenChange_LeavesTheVersionAsItWas()
    {
        (await _server.CreateFunctionAsync()).Succeeds(201);
        var published = (await _server.PublishAsync()).Succeeds(201).GetRawText();

        (await _server.ChangeCodeAsync("two")).Succeeds(200);
        (await _server.SendAsync("PUT", $"{Functions}/f/configuration", """{"Timeout":9}""")).Succeeds(200);

        Assert.Equal(published, (await _server.SendAsync("GET", $"{Functions}/f/configuration?Qualifier=1")).Succeeds(200).GetRawText());
        var shown = (await _server.SendAsync("GET", $"{Functions}/f:1")).Succeeds(200);
        var archive = await _server.Client.GetStringAsync(shown.GetProperty("Code").Text("Location"));
        Assert.Equal("one", archive);
        Assert.Contains("Aliases and versions do not support", (await _server.SendAsync(
            "PUT", $"{Functions}/f:1/configuration", """{"Timeout":9}""")).Fails(400, "InvalidParameterValueException"));
    }

    [Fact]
    public async Task Publish_WrongCodeOrRevision_IsRefused()
    {
        var made = (await _server.CreateFunctionAsync()).Succeeds(201);

        Assert.StartsWith(
            "CodeSHA256 (abc) is different from current CodeSHA256 in $LATEST",
            (await _server.PublishAsync("""{"CodeSha256":"abc"}""")).Fails(400, "InvalidParameterValueException"));
        (await _server.PublishAsync("""{"RevisionId":"abc"}""")).Fails(412, "PreconditionFailedException");
        (await _server.PublishAsync(
            $$"""{"RevisionId":"{{made.Text("RevisionId")}}","CodeSha256":"{{made.Text("CodeSha256")}}"}""")).Succeeds(201);
        (await _server.SendAsync("POST", $"{Functions}/g/versions", "{}")).Fails(404, "ResourceNotFoundException");
    }

    [Fact]
    public async Task CreateAndUpdate_WithPublish_AnswerTheVersion()
    {
        var made = (await _server.CreateFunctionAsync(more: ""","Publish":true""")).Succeeds(201);
        Assert.Equal((Arn + ":1", "1"), (made.Text("FunctionArn"), made.Text("Version")));

        var changed = (await _server.ChangeCodeAsync("two", ""","Publish":true""")).Succeeds(200);
        Assert.Equal((Arn + ":2", "2"), (changed.Text("FunctionArn"), changed.Text("Version")));
        Assert.Equal("$LATEST", (await _server.SendAsync("GET", $"{Functions}/f/configuration")).Succeeds(200).Text("Version"));
    }

    [Fact]
    public async Task List_ManyVersions_ComeByNumberPageByPage()
    {
        await _server.PublishManyAsync(11);

        var first = (await _server.SendAsync("GET", $"{Functions}/f/versions?MaxItems=10")).Succeeds(200);
        Assert.Equal(["$LATEST", "1", "2", "3", "4", "5", "6", "7", "8", "9"], first.GetProperty("Versions").Texts("Version"));
        Assert.Equal(Arn + ":$LATEST", first.GetProperty("Versions")[0].Text("FunctionArn"));

        var second = (await _server.SendAsync("GET", $"{Functions}/f/versions?MaxItems=10&Marker={first.Text("NextMarker")}")).Succeeds(200);
        Assert.Equal(["10", "11"], second.GetProperty("Versions").Texts("Version"));
        Assert.False(second.TryGetProperty("NextMarker", out _));
    }

    [Fact]
    public async Task Delete_Version_FreesItsArchiveAndNeverItsNumber()
    {
        await _server.PublishManyAsync(2);
        var blob = await BlobAsync("f:1");

        (await _server.SendAsync("DELETE", $"{Functions}/f?Qualifier=1")).Succeeds(204);
        (await _server.SendAsync("DELETE", $"{Functions}/f?Qualifier=2")).Succeeds(204);

        Assert.EndsWith("function:f:1", (await _server.SendAsync("GET", $"{Functions}/f:1")).Fails(404, "ResourceNotFoundException"));
        Assert.Null(await _server.Store.Blobs.GetAsync(blob, CancellationToken.None));
        Assert.NotNull(await _server.Store.Blobs.GetAsync(await BlobAsync("f"), CancellationToken.None));
        Assert.Equal("3", (await _server.PublishAsync()).Succeeds(201).Text("Version"));
        Assert.Contains("$LATEST version cannot be deleted", (await _server.SendAsync(
            "DELETE", $"{Functions}/f?Qualifier=$LATEST")).Fails(400, "InvalidParameterValueException"));
    }

    [Fact]
    public async Task Delete_Function_TakesVersionsAndAliasesAlong()
    {
        await _server.PublishManyAsync(2);
        (await _server.CreateAliasAsync("""{"Name":"live","FunctionVersion":"1"}""")).Succeeds(201);
        var blobs = (string[])[await BlobAsync("f:1"), await BlobAsync("f:2")];

        (await _server.SendAsync("DELETE", $"{Functions}/f")).Succeeds(204);
        (await _server.CreateFunctionAsync(code: "other")).Succeeds(201);

        (await _server.SendAsync("GET", $"{Functions}/f:1")).Fails(404, "ResourceNotFoundException");
        (await _server.SendAsync("GET", $"{Functions}/f/aliases/live")).Fails(404, "ResourceNotFoundException");
        foreach (var blob in blobs)
        {
            Assert.Null(await _server.Store.Blobs.GetAsync(blob, CancellationToken.None));
        }
    }

    private async Task<string> BlobAsync(string function)
    {
        var shown = (await _server.SendAsync("GET", $"{Functions}/{function}/configuration")).Succeeds(200);
        return Convert.ToHexStringLower(Convert.FromBase64String(shown.Text("CodeSha256")));
    }
}
