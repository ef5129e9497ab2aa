using System.Text;

namespace Dispatcher.Gateway.Tests.Push;

/// <summary>CloudEvents over HTTP in their three forms.</summary>
public sealed class CloudEventPushTests : IAsyncLifetime
{
    private const string One = "application/cloudevents+json";
    private const string Many = "application/cloudevents-batch+json";

    /// <summary>The example of the CloudEvents specification.</summary>
    private const string Example = """
        { "specversion" : "1.0", "type" : "com.example.someevent", "source" : "/mycontext", "id" : "A234-1234-1234",
          "time" : "2018-04-05T17:31:00Z", "comexampleextension1" : "value", "datacontenttype" : "text/xml", "data" : "<much wow=\"xml\"/>" }
        """;

    private static readonly (string, string)[] s_required = [("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "/s"), ("ce-type", "t")];

    private PushServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PushServer.StartAsync();
        await _server.AllowAsync("events.amazonaws.com");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Structured_Event_IsGivenAsItCame()
    {
        (await PushAsync(Example, $"{One}; charset=UTF-8")).Succeeds(202);

        Assert.Equal([Example], _server.Taken.Payloads);
    }

    [Fact]
    public async Task Batch_Events_AreOneInvocationEach()
    {
        (await PushAsync($"[{Example},{Example.Replace("A234", "B234", StringComparison.Ordinal)}]", Many)).Succeeds(202);
        (await PushAsync("[]", Many)).Succeeds(200);

        Assert.Equal(1, _server.Taken.Calls);
        Assert.Equal(2, _server.Taken.All.Count);
        Assert.Equal(Example.Trim(), _server.Taken.Payloads[0]);
        Assert.Contains("B234-1234-1234", _server.Taken.Payloads[1]);
    }

    [Theory]
    [InlineData("application/json", """{"a":[1, 2.50]}""", """ "data":{"a":[1, 2.50]} """)]
    [InlineData("application/vnd.x+json", "7", """ "data":7 """)]
    [InlineData("text/xml", "<a b=\"c\"/>", """ "data":"<a b=\"c\"/>" """)]
    [InlineData("text/plain; charset=utf-8", "é", """ "data":"é" """)]
    [InlineData("application/octet-stream", "abc", """ "data_base64":"YWJj" """)]
    public async Task Binary_Event_BecomesItsJsonForm(string type, string body, string data)
    {
        (await PushAsync(body, type, [.. s_required, ("Ce-Subject", "Euro%20%E2%82%AC%20%F0%9F%98%80"), ("ce-ext1", "5")])).Succeeds(202);

        Assert.Equal(
            $$"""{"specversion":"1.0","id":"1","source":"/s","type":"t","subject":"Euro € 😀","ext1":"5","datacontenttype":"{{type}}",{{data.Trim()}}}""",
            Assert.Single(_server.Taken.Payloads).Replace("\\uD83D\\uDE00", "😀", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Binary_TextThatIsNoUtf8_IsBase64()
    {
        (await _server.PushAsync("orders", PushServer.EventToken, [0xff, 0xfe], "text/plain", s_required)).Succeeds(202);

        Assert.Contains("\"data_base64\":\"//4=\"", Assert.Single(_server.Taken.Payloads));
    }

    [Fact]
    public async Task Binary_WithoutData_HasNone()
    {
        (await PushAsync("", null, s_required)).Succeeds(202);

        Assert.Equal(["""{"specversion":"1.0","id":"1","source":"/s","type":"t"}"""], _server.Taken.Payloads);
    }

    [Theory]
    [InlineData("ce-specversion")]
    [InlineData("ce-id")]
    [InlineData("ce-source")]
    [InlineData("ce-type")]
    public async Task Binary_AttributeMissing_Is400(string name)
    {
        var message = (await PushAsync("{}", "application/json", [.. s_required.Where(one => one.Item1 != name)])).Fails(400, "InvalidRequestContentException");

        Assert.Equal($"The CloudEvent has no {name[3..]}", message);
        Assert.Empty(_server.Taken.All);
    }

    [Theory]
    [InlineData("ce-specversion", "0.3")]
    [InlineData("ce-id", "")]
    [InlineData("ce-bad-name", "x")]
    [InlineData("ce-", "x")]
    [InlineData("ce-data", "x")]
    [InlineData("ce-datacontenttype", "text/plain")]
    [InlineData("ce-ext", "a%00b")]
    public async Task Binary_AttributeWrong_Is400(string name, string value)
        => (await PushAsync("{}", "application/json", [.. s_required.Where(one => one.Item1 != name), (name, value)])).Fails(400, "InvalidRequestContentException");

    [Theory]
    [InlineData("{")]
    [InlineData("""{"a":1,"a":2}""")]
    public async Task Binary_DataNotTheJsonItSays_Is400(string body)
        => (await PushAsync(body, "application/json", s_required)).Fails(400, "InvalidRequestContentException");

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"specversion":"1.0","id":1,"source":"s","type":"t"}""")]
    [InlineData("""{"specversion":"0.3","id":"1","source":"s","type":"t"}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":""}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","data":1,"data_base64":"YQ=="}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"t","id":"2"}""")]
    public async Task Structured_NoEvent_Is400(string body)
    {
        (await PushAsync(body, One)).Fails(400, "InvalidRequestContentException");
        (await PushAsync($"[{Example},{body}]", Many)).Fails(400, "InvalidRequestContentException");

        Assert.Empty(_server.Taken.All);
    }

    [Theory]
    [InlineData("application/cloudevents+avro")]
    [InlineData("application/cloudevents+json; charset=latin1")]
    [InlineData("application/json")]
    [InlineData(null)]
    public async Task ContentType_Other_Is415(string? type)
        => (await PushAsync(Example, type)).Fails(415, "UnsupportedMediaTypeException");

    [Fact]
    public async Task Headers_TooLarge_AreRefusedByTheServer()
        => Assert.Equal(431, (await PushAsync("{}", "application/json", [.. s_required, ("ce-big", new string('x', 40_000))])).Status);

    private Task<Wire.WireAnswer> PushAsync(string body, string? type, params (string, string)[] headers)
        => _server.PushAsync("orders", PushServer.EventToken, Encoding.UTF8.GetBytes(body), type, headers);
}
