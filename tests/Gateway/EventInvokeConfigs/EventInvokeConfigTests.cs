using Dispatcher.Contracts.Destinations;
using Dispatcher.Gateway.Lambda.EventInvokeConfigs;
using Dispatcher.Gateway.Tests.Mappings;
using Dispatcher.Gateway.Tests.Versions;
using Dispatcher.Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.Tests.EventInvokeConfigs;

public sealed class EventInvokeConfigTests : IAsyncLifetime
{
    private const string Path = "/2019-09-25/functions/f/event-invoke-config";

    private GatewayServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await GatewayServer.StartAsync(services =>
        {
            services.AddSingleton<IDestinationWriter, AnyDestination>();
            services.AddEventInvokeConfigOperations();
        });
        await _server.PublishManyAsync(1);
        (await _server.CreateAliasAsync("""{"Name":"live","FunctionVersion":"1"}""")).Succeeds(201);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("PUT")]
    [InlineData("POST")]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task Operation_QualifierThatIsNotThere_IsNotFound(string method)
    {
        foreach (var qualifier in (string[])["nowhere", "2"])
        {
            var message = (await SendAsync(method, qualifier)).Fails(404, "ResourceNotFoundException");

            Assert.Equal($"Function not found: {VersionServer.Arn}:{qualifier}", message);
        }
    }

    [Fact]
    public async Task Put_EachQualifier_HasItsOwn()
    {
        foreach (var (qualifier, retries) in ((string?, int)[])[(null, 0), ("live", 1), ("1", 2)])
        {
            (await SendAsync("PUT", qualifier, $$"""{"MaximumRetryAttempts":{{retries}}}""")).Succeeds(200);
        }

        foreach (var (qualifier, retries, shown) in ((string?, int, string)[])[(null, 0, "$LATEST"), ("$LATEST", 0, "$LATEST"), ("live", 1, "live"), ("1", 2, "1")])
        {
            var config = (await SendAsync("GET", qualifier)).Succeeds(200);
            Assert.Equal((retries, $"{VersionServer.Arn}:{shown}"), (config.GetProperty("MaximumRetryAttempts").GetInt32(), config.Text("FunctionArn")));
        }
    }

    [Fact]
    public async Task Delete_OfAliasOrVersion_TakesItsConfigAlong()
    {
        (await SendAsync("PUT", "live")).Succeeds(200);
        (await SendAsync("PUT", "1")).Succeeds(200);

        (await _server.SendAsync("DELETE", $"{VersionServer.Functions}/f/aliases/live")).Succeeds(204);
        (await _server.SendAsync("DELETE", $"{VersionServer.Functions}/f?Qualifier=1")).Succeeds(204);

        (await _server.CreateAliasAsync("""{"Name":"live","FunctionVersion":"$LATEST"}""")).Succeeds(201);
        Assert.Contains("doesn't have an EventInvokeConfig", (await SendAsync("GET", "live")).Fails(404, "ResourceNotFoundException"));
        var listed = (await _server.SendAsync("GET", $"{Path}/list")).Succeeds(200);
        Assert.Equal(0, listed.GetProperty("FunctionEventInvokeConfigs").GetArrayLength());
    }

    [Theory]
    [InlineData("kafka://failed", 200)]
    [InlineData("arn:aws:kafka:us-east-1:000000000000:topic/main/any/failed", 200)]
    [InlineData("arn:aws:sqs:us-east-1:000000000000:q", 200)]
    [InlineData("arn:aws:lambda:us-east-1:000000000000:function:g", 200)]
    [InlineData("arn:aws:mq:us-east-1:000000000000:broker:main:b-1:failed", 400)]
    [InlineData("arn:aws:sqs:us-east-1:000000000000:missing", 400)]
    public async Task Destination_IsWhatSomebodyHereWritesTo(string destination, int status)
    {
        foreach (var when in (string[])["OnSuccess", "OnFailure"])
        {
            var body = $$$"""{"DestinationConfig":{"{{{when}}}":{"Destination":"{{{destination}}}"} } }""";

            Assert.Equal(status, (await SendAsync("PUT", null, body)).Status);
        }
    }

    private Task<WireAnswer> SendAsync(string method, string? qualifier, string body = """{"MaximumRetryAttempts":1}""") => _server.SendAsync(
        method, qualifier is null ? Path : $"{Path}?Qualifier={Uri.EscapeDataString(qualifier)}", method is "PUT" or "POST" ? body : null);
}
