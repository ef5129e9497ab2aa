using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Gateway.Tests.Versions;

namespace Dispatcher.Gateway.Tests.Push;

/// <summary>Who may push, and that a request is taken as a whole or not at all.</summary>
public sealed class PushAccessTests : IAsyncLifetime
{
    private const string Event = """{"specversion":"1.0","id":"1","source":"s","type":"t"}""";
    private const string Batch = "application/cloudevents-batch+json";
    private const string Rule = "arn:aws:events:us-east-1:000000000000:rule/orders";

    private PushServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await PushServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("orders", "")]
    [InlineData("orders", "wrong")]
    [InlineData("orders", PushServer.BucketToken)]
    [InlineData("nowhere", "")]
    [InlineData("nowhere", "wrong")]
    [InlineData("orders/more", "wrong")]
    [InlineData("", "wrong")]
    public async Task Push_NoTokenOfTheSource_Is401AndTellsNothing(string source, string token)
    {
        await _server.AllowAsync("events.amazonaws.com");

        var answer = await _server.PushAsync(source, token, Event, "application/cloudevents+json");

        Assert.Equal("The request has no token of this push source (Authorization: Bearer TOKEN)", answer.Fails(401, "UnauthorizedException"));
        Assert.Equal("Bearer", answer.Headers["WWW-Authenticate"]);
        Assert.Empty(_server.Taken.All);
    }

    [Fact]
    public async Task Push_UnknownSourceWithSomeToken_Is404()
        => (await _server.PushAsync("nowhere", PushServer.EventToken, Event, "application/cloudevents+json")).Fails(404, "ResourceNotFoundException");

    [Fact]
    public async Task Push_OtherScheme_Is401()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/dispatcher/push/orders") { Content = new StringContent(Event) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Basic {PushServer.EventToken}");

        using var answer = await _server.Gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(401, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("HEAD", PushServer.EventToken, 200)]
    [InlineData("GET", PushServer.EventToken, 200)]
    [InlineData("HEAD", "wrong", 401)]
    [InlineData("DELETE", PushServer.EventToken, 404)]
    public async Task Ask_WhetherItIsThere_ChecksTheToken(string method, string token, int status)
    {
        var answer = await _server.Gateway.SendAsync(method, "/dispatcher/push/orders", null, ("Authorization", $"bearer {token}"));

        Assert.Equal(status, answer.Status);
        Assert.Empty(_server.Taken.All);
    }

    [Fact]
    public async Task Push_NoPolicy_IsAwsAccessDenied()
    {
        var message = (await _server.PushAsync("orders", PushServer.EventToken, Event, "application/cloudevents+json")).Fails(403, "AccessDeniedException");

        Assert.Equal(
            $"User: events.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: {VersionServer.Arn} "
            + "because no resource-based policy allows the lambda:InvokeFunction action",
            message);
        Assert.Equal(0, _server.Taken.Calls);
    }

    [Theory]
    [InlineData("events.amazonaws.com", null, null, 202)]
    [InlineData("events.amazonaws.com", Rule, "000000000000", 202)]
    [InlineData("events.amazonaws.com", "arn:aws:events:us-east-1:000000000000:rule/*", null, 202)]
    [InlineData("events.amazonaws.com", "arn:aws:events:us-east-1:000000000000:rule/others", null, 403)]
    [InlineData("events.amazonaws.com", null, "111122223333", 403)]
    [InlineData("s3.amazonaws.com", null, null, 403)]
    [InlineData("000000000000", null, null, 403)]
    public async Task Push_Policy_DecidesByPrincipalSourceAndAccount(string principal, string? arn, string? account, int status)
    {
        await _server.AllowAsync(principal, arn, account);

        Assert.Equal(status, (await _server.PushAsync("orders", PushServer.EventToken, Event, "application/cloudevents+json")).Status);
        Assert.Equal(status == 202 ? 1 : 0, _server.Taken.All.Count);
    }

    [Theory]
    [InlineData("111122223333", "111122223333")]
    [InlineData("111122223333", "arn:aws:iam::111122223333:root")]
    [InlineData("arn:aws:iam::111122223333:user/erp", "arn:aws:iam::111122223333:user/erp")]
    [InlineData("arn:aws:iam::111122223333:user/erp", "111122223333")]
    [InlineData("erp.amazonaws.com", "erp.amazonaws.com")]
    public async Task Push_PrincipalOfItsOwn_IsAskedFor(string principal, string allowed)
    {
        await using var server = await PushServer.StartAsync(config => config.Push["orders"].Principal = principal);
        (await server.PushAsync("orders", PushServer.EventToken, Event, "application/cloudevents+json")).Fails(403, "AccessDeniedException");
        await server.AllowAsync(allowed);

        (await server.PushAsync("orders", PushServer.EventToken, Event, "application/cloudevents+json")).Succeeds(202);
    }

    [Fact]
    public async Task Push_SeveralFunctions_AreAllAllowedOrNoneIsCalled()
    {
        await using var server = await PushServer.StartAsync(config => config.Push["orders"].Functions = ["f", "g:live"]);
        (await server.Gateway.CreateFunctionAsync("g")).Succeeds(201);
        (await server.Gateway.SendAsync("POST", $"{VersionServer.Functions}/g/versions", "{}")).Succeeds(201);
        (await server.Gateway.SendAsync("POST", $"{VersionServer.Functions}/g/aliases", """{"Name":"live","FunctionVersion":"1"}""")).Succeeds(201);
        await server.AllowAsync("events.amazonaws.com");
        await server.AllowAsync("events.amazonaws.com", function: "g");

        var body = $"[{Event},{Event}]";
        Assert.Contains(":g:live", (await server.PushAsync("orders", PushServer.EventToken, body, Batch)).Fails(403, "AccessDeniedException"));
        Assert.Equal(0, server.Taken.Calls);
        await server.AllowAsync("events.amazonaws.com", function: "g", qualifier: "live");
        (await server.PushAsync("orders", PushServer.EventToken, body, Batch)).Succeeds(202);

        Assert.Equal(1, server.Taken.Calls);
        Assert.Equal(["f", "f", "g:live", "g:live"], server.Taken.All.Select(one => one.Function));
    }

    [Fact]
    public async Task Push_EventsCannotBeTaken_TellsSo()
    {
        await _server.AllowAsync("events.amazonaws.com");
        _server.Taken.Refusal = new ServiceException(ServiceErrorKind.TooLarge, "too large");

        (await _server.PushAsync("orders", PushServer.EventToken, Event, "application/cloudevents+json")).Fails(413, "RequestTooLargeException");
    }

    [Fact]
    public async Task Push_BodyOrNumberAboveTheLimit_Is413()
    {
        await _server.AllowAsync("events.amazonaws.com");
        var events = $"[{string.Join(',', Enumerable.Repeat(Event, Limits.PushEvents))}]";
        var large = new string(' ', Limits.PushBodyBytes + 1);

        (await _server.PushAsync("orders", PushServer.EventToken, $"{events[..^1]},{Event}]", Batch)).Fails(413, "RequestEntityTooLargeException");
        (await _server.PushAsync("orders", PushServer.EventToken, large, Batch)).Fails(413, "RequestEntityTooLargeException");
        Assert.Equal(413, (await ChunkedAsync(large)).Status);
        Assert.Equal(0, _server.Taken.Calls);
        (await _server.PushAsync("orders", PushServer.EventToken, events, Batch)).Succeeds(202);
        Assert.Equal(Limits.PushEvents, _server.Taken.All.Count);
    }

    private Task<Wire.WireAnswer> ChunkedAsync(string body)
        => _server.PushAsync("orders", PushServer.EventToken, body, Batch, ("Transfer-Encoding", "chunked"));
}
