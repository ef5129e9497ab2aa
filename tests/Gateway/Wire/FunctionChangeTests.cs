using System.Security.Cryptography;
using System.Text.Json;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;

namespace Dispatcher.Gateway.Tests.Wire;

public sealed class FunctionChangeTests : IAsyncLifetime
{
    private const string Functions = "/2015-03-31/functions";
    private const string Role = "arn:aws:iam::000000000000:role/r";
    private const string Arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
    private static readonly byte[] Archive = "an archive"u8.ToArray();

    private GatewayServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await GatewayServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task UpdateCode_NewArchive_ReplacesTheOldBlob()
    {
        var old = Text((await CreateAsync("f")).Succeeds(201), "RevisionId");
        var code = $$"""{"ZipFile":"{{Convert.ToBase64String("other"u8)}}","RevisionId":"{{old}}"}""";

        var changed = (await _server.SendAsync("PUT", $"{Functions}/f/code", code)).Succeeds(200);

        Assert.Equal(5, changed.GetProperty("CodeSize").GetInt32());
        Assert.NotEqual(old, Text(changed, "RevisionId"));
        Assert.Null(await _server.Store.Blobs.GetAsync(Hash(Archive), default));
        Assert.NotNull(await _server.Store.Blobs.GetAsync(Hash("other"u8), default));
        (await _server.SendAsync("PUT", $"{Functions}/f/code", code)).Fails(412, "PreconditionFailedException");
        Assert.Equal(["f", "f"], _server.Notices.Changed);
    }

    [Fact]
    public async Task UpdateCode_DryRun_ChangesNothing()
    {
        var old = (await CreateAsync("f")).Succeeds(201);

        var shown = (await _server.SendAsync("PUT", $"{Functions}/f/code", """{"ZipFile":"YQ==","DryRun":true}""")).Succeeds(200);

        Assert.Equal(1, shown.GetProperty("CodeSize").GetInt32());
        var now = (await _server.SendAsync("GET", $"{Functions}/f/configuration")).Succeeds(200);
        Assert.Equal(old.GetRawText(), now.GetRawText());
    }

    [Fact]
    public async Task UpdateConfiguration_SomeMembers_LeavesTheOthers()
    {
        var old = (await CreateAsync("f", """, "Description": "d", "Timeout": 9, "Environment": {"Variables": {"AB": "1"}}""")).Succeeds(201);

        var changed = (await _server.SendAsync("PUT", $"{Functions}/{Arn}/configuration", $$$"""{"MemorySize":256,"Environment":{"Variables":{"CD":"2"}},"RevisionId":"{{{Text(old, "RevisionId")}}}"}""")).Succeeds(200);

        Assert.Equal((9, 256), (changed.GetProperty("Timeout").GetInt32(), changed.GetProperty("MemorySize").GetInt32()));
        Assert.Equal(("d", """{"Variables":{"CD":"2"}}"""), (Text(changed, "Description"), changed.GetProperty("Environment").GetRawText()));
        Assert.Equal(Text(old, "CodeSha256"), Text(changed, "CodeSha256"));
        (await _server.SendAsync("PUT", $"{Functions}/f/configuration", """{"RevisionId":"old"}""")).Fails(412, "PreconditionFailedException");
        (await _server.SendAsync("PUT", $"{Functions}/g/configuration", "{}")).Fails(404, "ResourceNotFoundException");
        (await _server.SendAsync("PUT", $"{Functions}/f:1/configuration", "{}")).Fails(400, "InvalidParameterValueException");
    }

    [Fact]
    public async Task UpdateConfiguration_OtherHandler_IsCheckedWithTheArchive()
    {
        (await CreateAsync("f")).Succeeds(201);
        _server.Runtime.Refusal = ServiceException.Invalid("no such file");

        Assert.Equal("no such file", (await _server.SendAsync("PUT", $"{Functions}/f/configuration", """{"Handler":"x.y"}""")).Fails(400, "InvalidParameterValueException"));
        Assert.Equal(Archive, _server.Runtime.LastArchive);
    }

    [Fact]
    public async Task Delete_SharedArchive_StaysUntilTheLastFunctionGoes()
    {
        (await CreateAsync("f")).Succeeds(201);
        (await CreateAsync("g")).Succeeds(201);

        (await _server.SendAsync("DELETE", $"{Functions}/f:$LATEST")).Fails(400, "InvalidParameterValueException");
        (await _server.SendAsync("DELETE", $"{Functions}/f?Qualifier=3")).Succeeds(204);
        (await _server.SendAsync("DELETE", $"{Functions}/f")).Succeeds(204);
        Assert.NotNull(await _server.Store.Blobs.GetAsync(Hash(Archive), default));
        (await _server.SendAsync("DELETE", $"{Functions}/g")).Succeeds(204);
        Assert.Null(await _server.Store.Blobs.GetAsync(Hash(Archive), default));
        (await _server.SendAsync("DELETE", $"{Functions}/g")).Fails(404, "ResourceNotFoundException");
        Assert.Equal(["f", "g", "f", "g"], _server.Notices.Changed);
    }

    private Task<WireAnswer> CreateAsync(string name, string more = "")
        => _server.SendAsync("POST", Functions, $$$"""
            {"FunctionName":"{{{name}}}","Role":"{{{Role}}}","Runtime":"provided.al2023","Handler":"h",
            "Code":{"ZipFile":"{{{Convert.ToBase64String(Archive)}}}"} {{{more}}} }
            """);

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
