using Dispatcher.Gateway.Tests.Security;
using Dispatcher.Gateway.Tests.Versions;
using Dispatcher.Gateway.Tests.Wire;
using static Dispatcher.Gateway.Tests.Security.SignedServer;
using static Dispatcher.Gateway.Tests.Versions.VersionServer;

namespace Dispatcher.Gateway.Tests.Permissions;

public sealed class PermissionTests : IAsyncLifetime
{
    private const string Policy = $"{Functions}/f/policy";

    private GatewayServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await GatewayServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(
        """{"StatementId":"s","Action":"lambda:InvokeFunction","Principal":"s3.amazonaws.com","SourceArn":"arn:aws:s3:::b","SourceAccount":"111122223333"}""",
        """{"Sid":"s","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"ARN","Condition":{"StringEquals":{"AWS:SourceAccount":"111122223333"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::b"}}}""")]
    [InlineData(
        """{"StatementId":"x","Action":"lambda:*","Principal":"111122223333"}""",
        """{"Sid":"x","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"lambda:*","Resource":"ARN"}""")]
    [InlineData(
        """{"StatementId":"u","Action":"lambda:InvokeFunctionUrl","Principal":"*","FunctionUrlAuthType":"NONE","PrincipalOrgID":"o-abcdefghij"}""",
        """{"Sid":"u","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunctionUrl","Resource":"ARN","Condition":{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE","aws:PrincipalOrgID":"o-abcdefghij"}}}""")]
    [InlineData(
        """{"StatementId":"t","Action":"lambda:InvokeFunction","Principal":"alexa-appkit.amazon.com","EventSourceToken":"amzn1.ask"}""",
        """{"Sid":"t","Effect":"Allow","Principal":{"Service":"alexa-appkit.amazon.com"},"Action":"lambda:InvokeFunction","Resource":"ARN","Condition":{"StringEquals":{"lambda:EventSourceToken":"amzn1.ask"}}}""")]
    public async Task Add_Statement_IsPrintedAsInAws(string body, string statement)
    {
        (await _server.CreateFunctionAsync()).Succeeds(201);

        var added = (await _server.SendAsync("POST", Policy, body)).Succeeds(201);
        var policy = (await _server.SendAsync("GET", Policy)).Succeeds(200);

        var printed = statement.Replace("ARN", Arn, StringComparison.Ordinal).Replace($"{Arn}Like", "ArnLike", StringComparison.Ordinal);
        Assert.Equal(printed, added.Text("Statement"));
        Assert.Equal($$"""{"Version":"2012-10-17","Id":"default","Statement":[{{printed}}]}""", policy.Text("Policy"));
    }

    [Fact]
    public async Task Remove_Statements_UntilThereIsNoPolicy()
    {
        (await _server.CreateFunctionAsync()).Succeeds(201);
        Assert.Equal("The resource you requested does not exist.", (await _server.SendAsync("GET", Policy)).Fails(404, "ResourceNotFoundException"));
        Assert.StartsWith("No policy is associated", (await _server.SendAsync("DELETE", $"{Policy}/a")).Fails(404, "ResourceNotFoundException"));
        foreach (var id in new[] { "a", "b" })
        {
            (await AddAsync(id)).Succeeds(201);
        }

        Assert.Contains("The statement id (a) provided already exists.", (await AddAsync("a")).Fails(409, "ResourceConflictException"));
        Assert.Equal("Statement c is not found in resource policy.", (await _server.SendAsync("DELETE", $"{Policy}/c")).Fails(404, "ResourceNotFoundException"));
        (await _server.SendAsync("DELETE", $"{Policy}/a?RevisionId=old")).Fails(412, "PreconditionFailedException");
        var revision = (await _server.SendAsync("GET", Policy)).Succeeds(200).Text("RevisionId");
        (await _server.SendAsync("DELETE", $"{Policy}/a?RevisionId={revision}")).Succeeds(204);
        (await _server.SendAsync("DELETE", $"{Policy}/b")).Succeeds(204);
        (await _server.SendAsync("GET", Policy)).Fails(404, "ResourceNotFoundException");
    }

    [Fact]
    public async Task Add_ToVersionAndAlias_IsTheirOwn()
    {
        await _server.PublishManyAsync(1);
        (await _server.CreateAliasAsync("""{"Name":"live","FunctionVersion":"1"}""")).Succeeds(201);

        Assert.Contains($"{Arn}:1\"", (await AddAsync("a", "?Qualifier=1")).Succeeds(201).Text("Statement"));
        Assert.Contains($"{Arn}:live\"", (await AddAsync("a", "?Qualifier=live")).Succeeds(201).Text("Statement"));
        (await _server.SendAsync("GET", Policy)).Fails(404, "ResourceNotFoundException");
        Assert.Contains("do not support adding policies for $LATEST", (await AddAsync("a", "?Qualifier=$LATEST")).Fails(400, "InvalidParameterValueException"));
        (await AddAsync("a", "?Qualifier=9")).Fails(404, "ResourceNotFoundException");

        (await _server.SendAsync("DELETE", $"{Functions}/f/aliases/live")).Succeeds(204);
        (await _server.CreateAliasAsync("""{"Name":"live","FunctionVersion":"1"}""")).Succeeds(201);
        (await _server.SendAsync("GET", $"{Policy}?Qualifier=live")).Fails(404, "ResourceNotFoundException");
    }

    [Fact]
    public async Task Add_BadPrincipalOrTooMuch_IsRefused()
    {
        (await _server.CreateFunctionAsync()).Succeeds(201);
        Assert.StartsWith("The provided principal was invalid", (await _server.SendAsync(
            "POST", Policy, """{"StatementId":"s","Action":"lambda:InvokeFunction","Principal":"bob"}""")).Fails(400, "InvalidParameterValueException"));
        (await _server.SendAsync("POST", Policy, """{"StatementId":"s","Action":"s3:Get","Principal":"*"}""")).Fails(400, "ValidationException");

        var arn = $"arn:aws:s3:::{new string('b', 5_000)}";
        WireAnswer answer;
        var id = 0;
        do
        {
            answer = await _server.SendAsync(
                "POST", Policy, $$"""{"StatementId":"s{{id++}}","Action":"lambda:InvokeFunction","Principal":"s3.amazonaws.com","SourceArn":"{{arn}}"}""");
        }
        while (answer.Status == 201);

        Assert.Equal(4, id);
        Assert.Matches(@"^The final policy size \(\d+\) is bigger than the limit \(20480\)\.$", answer.Fails(400, "PolicyLengthExceededException"));
    }

    [Fact]
    public async Task Invoke_CallerOfAnotherAccount_NeedsAStatement()
    {
        await using var server = await StartAsync();
        var other = new SignOptions { Id = OtherId, Secret = OtherSecret };
        const string create = """{"FunctionName":"f","Role":"arn:aws:iam::000000000000:role/r","Runtime":"provided","Handler":"h","Code":{"ZipFile":"b25l"}}""";
        const string invoke = $"{Functions}/f/invocations";
        (await server.SendSignedAsync("POST", Functions, create)).Succeeds(201);

        var denied = await server.SendSignedAsync("POST", invoke, "{}", other);
        Assert.Equal(
            $"User: arn:aws:iam::{OtherAccount}:user/bob is not authorized to perform: lambda:InvokeFunction on resource: {Arn} "
            + "because no resource-based policy allows the lambda:InvokeFunction action",
            denied.Fails(403, "AccessDeniedException"));
        Assert.Null(server.Invoker.Last);

        (await server.SendSignedAsync("POST", Policy, $$"""{"StatementId":"s","Action":"lambda:InvokeFunction","Principal":"{{OtherAccount}}"}""")).Succeeds(201);
        (await server.SendSignedAsync("POST", invoke, "{}", other)).Succeeds(200);
        foreach (var (method, path) in new[]
        {
            ("GET", $"{Functions}/f"), ("DELETE", $"{Functions}/f"), ("GET", Functions), ("GET", Policy), ("GET", "/2015-03-31/event-source-mappings"),
            ("GET", "/2017-03-31/tags/" + Uri.EscapeDataString(Arn)),
        })
        {
            _ = (await server.SendSignedAsync(method, path, "", other)).Fails(403, "AccessDeniedException");
        }

        _ = (await server.SendSignedAsync("POST", invoke + "?Qualifier=live", "{}", other)).Fails(403, "AccessDeniedException");
    }

    private Task<WireAnswer> AddAsync(string id, string query = "") => _server.SendAsync(
        "POST", Policy + query, $$"""{"StatementId":"{{id}}","Action":"lambda:InvokeFunction","Principal":"sns.amazonaws.com"}""");
}
