namespace Dispatcher.Gateway.Tests.Mappings;

/// <summary>Requests that nobody should send: always an error of the caller's, never one of the server's.</summary>
public sealed class MappingBadInputTests : IAsyncLifetime
{
    private const string Function = """ "FunctionName":"my-function" """;
    private MappingServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await MappingServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(""" "Topics":[] """)]
    [InlineData(""" "Topics":[null] """)]
    [InlineData(""" "Topics":["a","b"] """)]
    [InlineData(""" "FilterCriteria":{"Filters":[{}]} """)]
    [InlineData(""" "FilterCriteria":{"Filters":[null]} """)]
    [InlineData(""" "FilterCriteria":{"Filters":[{"Pattern":null}]} """)]
    [InlineData(""" "FilterCriteria":[] """)]
    [InlineData(""" "StartingPositionTimestamp":1e300 """)]
    [InlineData(""" "StartingPositionTimestamp":-1e300 """)]
    [InlineData(""" "StartingPositionTimestamp":"yesterday" """)]
    [InlineData(""" "BatchSize":1.5 """)]
    [InlineData(""" "BatchSize":99999999999 """)]
    [InlineData(""" "BatchSize":"many" """)]
    [InlineData(""" "Enabled":"maybe" """)]
    [InlineData(""" "Tags":{"":"x"} """)]
    [InlineData(""" "Tags":{"a":null} """)]
    [InlineData(""" "Tags":["a"] """)]
    [InlineData(""" "Tags":{"AWS:owner":"a"} """)]
    [InlineData(""" "SourceAccessConfigurations":[{}] """)]
    [InlineData(""" "SourceAccessConfigurations":[{"Type":"BASIC_AUTH"}] """)]
    [InlineData(""" "DestinationConfig":{"OnFailure":{"Destination":"arn:aws:lambda:us-west-2:123456789012:function:"}} """)]
    [InlineData(""" "DestinationConfig":{"OnFailure":{"Destination":"kafka://"}} """)]
    [InlineData(""" "FunctionResponseTypes":["Other"] """)]
    [InlineData(""" "SelfManagedEventSource":{"Endpoints":{"OTHER":["b:1"]}} """)]
    [InlineData(""" "ScalingConfig":{"MaximumConcurrency":1} """)]
    [InlineData(""" "TumblingWindowInSeconds":901 """)]
    public async Task Create_Nonsense_IsRefused(string members)
    {
        await _server.PostAsync(400, MappingRequests.Stream, members, Function);

        Assert.Empty(_server.Grains.Reconciled);
    }

    [Theory]
    [InlineData(""" "FilterCriteria":null """)]
    [InlineData(""" "FilterCriteria":{"Filters":null} """)]
    [InlineData(""" "DestinationConfig":{"OnSuccess":null,"OnFailure":null} """)]
    [InlineData(""" "DestinationConfig":{"OnFailure":{"Destination":null}} """)]
    [InlineData(""" "ScalingConfig":{"MaximumConcurrency":null} """)]
    [InlineData(""" "ProvisionedPollerConfig":{} """)]
    [InlineData(""" "SourceAccessConfigurations":[] """)]
    [InlineData(""" "Topics":null,"Queues":null,"BatchSize":null,"Enabled":null,"Tags":null """)]
    [InlineData(""" "LoggingConfig":{},"MetricsConfig":{},"KMSKeyArn":"" """)]
    [InlineData(""" "SomethingNew":{"A":1} """)]
    public async Task Create_NothingInOtherWords_IsNothing(string members)
    {
        var uuid = await _server.CreateAsync(MappingRequests.Stream, members);

        Assert.Equal(100, (await _server.StoredAsync(uuid))?.BatchSize);
    }

    [Fact]
    public async Task Create_HalfACharacter_IsNotAnErrorOfTheServer()
    {
        var answer = await _server.SendAnyAsync("""{"FunctionName":"my-function","Queues":["\ud800"],"EventSourceArn":"arn:aws:mq:us-west-2:123456789012:broker:main:b-1"}""");

        Assert.InRange((int)answer, 200, 499);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"FunctionName\":{}}")]
    [InlineData("{\"FunctionName\":\"a:b:c:d:e:f:g\"}")]
    [InlineData("{\"FunctionName\":\"my.function\",\"EventSourceArn\":\"arn:aws:kinesis:us-west-2:123456789012:stream/s\",\"StartingPosition\":\"LATEST\"}")]
    [InlineData("{\"FunctionName\":\"my-function\",\"EventSourceArn\":\"nonsense\"}")]
    public async Task Create_BodyOfAnotherKind_IsRefused(string body)
        => Assert.InRange((int)await _server.SendAnyAsync(body), 400, 499);

    [Fact]
    public async Task Create_DeepPattern_IsAnInvalidPattern()
    {
        var deep = string.Concat(Enumerable.Repeat("{\\\"a\\\":", 300)) + "1" + new string('}', 300);

        var error = await _server.PostAsync(400, MappingRequests.Stream, Function, $$$""" "FilterCriteria":{"Filters":[{"Pattern":"{{{deep}}}"}]} """);

        Assert.Contains("Invalid filter pattern definition.", error.ToJsonString());
    }
}
