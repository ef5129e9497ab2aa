using System.Text;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Security;
using Dispatcher.Gateway.Tests.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using static Dispatcher.Gateway.Tests.Security.SignedServer;

namespace Dispatcher.Gateway.Tests.Security;

/// <summary>Which requests come in and what is told to the others.</summary>
public sealed class SignedCallTests : IAsyncLifetime
{
    private const string Invoke = "/2015-03-31/functions/f/invocations";
    private const string List = "/2015-03-31/functions";

    private GatewayServer _server = null!;

    public async ValueTask InitializeAsync()
        => _server = await StartAsync(services => services.AddSingleton<IGatewayPage, Page>());

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Call_SignedRight_ComesInWithItsBody()
    {
        var answer = await _server.SendSignedAsync("POST", Invoke, """{"a":"ö"}""");

        Assert.Equal((200, """{"a":"ö"}"""), (answer.Status, answer.Body));
        (await _server.SendSignedAsync("GET", $"{List}?MaxItems=3&Marker=a%2Fb%20c")).Succeeds(200);
        (await _server.SendSignedAsync("GET", "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Anone")).Fails(404, "ResourceNotFoundException");
    }

    [Fact]
    public async Task Call_BodyHashTold_IsCheckedAgainstTheBody()
    {
        static SignOptions With(string hash) => new() { Headers = new Dictionary<string, string> { [PayloadHash.Header] = hash } };
        var right = PayloadHash.Of("{}"u8);

        (await _server.SendSignedAsync("POST", Invoke, "{}", With(right))).Succeeds(200);
        _ = (await _server.SendSignedAsync("POST", Invoke, "[]", With(right))).Fails(403, "InvalidSignatureException");
        _ = (await _server.SendSignedAsync("POST", Invoke, "{}", With("UNSIGNED-PAYLOAD"))).Fails(403, "InvalidSignatureException");
        _ = (await _server.SendSignedAsync("POST", Invoke, "{}", With("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"))).Fails(403, "InvalidSignatureException");
    }

    [Fact]
    public async Task Call_NotSigned_IsMissingToken()
    {
        Assert.Equal("Missing Authentication Token", (await _server.SendAsync("GET", List)).Fails(403, "MissingAuthenticationTokenException"));
        _ = (await _server.SendAsync("GET", "/nowhere")).Fails(403, "MissingAuthenticationTokenException");
        Assert.Null(_server.Invoker.Last);
    }

    [Fact]
    public async Task Call_WrongKeyOrSecret_IsToldApart()
    {
        var unknown = await _server.SendSignedAsync("GET", List, options: new SignOptions { Id = "AKIDNONE" });
        var wrong = await _server.SendSignedAsync("GET", List, options: new SignOptions { Secret = "wrong" });

        Assert.Equal("The security token included in the request is invalid.", unknown.Fails(403, "UnrecognizedClientException"));
        Assert.StartsWith("The request signature we calculated does not match", wrong.Fails(403, "InvalidSignatureException"));
    }

    [Theory]
    [InlineData(-14, true)]
    [InlineData(14, true)]
    [InlineData(-16, false)]
    [InlineData(16, false)]
    public async Task Call_OtherClock_ComesInWithin15Minutes(int minutes, bool comesIn)
    {
        var answer = await _server.SendSignedAsync("GET", List, options: new SignOptions { Time = DateTimeOffset.UtcNow.AddMinutes(minutes) });

        if (comesIn)
        {
            answer.Succeeds(200);
        }
        else
        {
            Assert.StartsWith(minutes < 0 ? "Signature expired: " : "Signature not yet current: ", answer.Fails(403, "InvalidSignatureException"));
        }
    }

    [Fact]
    public async Task Call_OtherRegionOrService_IsRefused()
    {
        Assert.Contains("valid region, not 'eu-west-1'", (await _server.SendSignedAsync(
            "GET", List, options: new SignOptions { Region = "eu-west-1" })).Fails(403, "InvalidSignatureException"));
        Assert.Contains("correct service: 'lambda'", (await _server.SendSignedAsync(
            "GET", List, options: new SignOptions { Service = "s3" })).Fails(403, "InvalidSignatureException"));
    }

    [Fact]
    public async Task Call_ChangedOnTheWay_IsRefused()
    {
        _ = (await _server.SendSignedAsync("POST", Invoke, "{}", with: request => request.RequestUri = new Uri(Invoke.Replace("/f/", "/g/"), UriKind.Relative)))
            .Fails(403, "InvalidSignatureException");
        _ = (await _server.SendSignedAsync("POST", Invoke, "{}", with: request => request.Content = new StringContent("[]")))
            .Fails(403, "InvalidSignatureException");
        Assert.Contains("'X-Amz-Invocation-Type' must be a 'SignedHeader'", (await _server.SendSignedAsync(
            "POST", Invoke, "{}", with: request => request.Headers.Add("X-Amz-Invocation-Type", "Event"))).Fails(403, "IncompleteSignatureException"));
        Assert.Null(_server.Invoker.Last);
    }

    [Theory]
    [InlineData("AWS4-HMAC-SHA256", "Unsupported AWS 'algorithm'")]
    [InlineData("AWS4-ECDSA-P256-SHA256 Credential=a/20200101/us-east-1/lambda/aws4_request", "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/20200101/us-east-1/lambda/aws4_request", "requires 'Signature' parameter. Authorization header requires 'SignedHeaders'")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=00", "exactly 5 slash-delimited elements")]
    public async Task Call_HalfASignature_IsIncomplete(string authorization, string text)
    {
        var answer = await _server.SendSignedAsync("GET", List, with: request =>
        {
            request.Headers.Remove("Authorization");
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        });

        Assert.Contains(text, answer.Fails(403, "IncompleteSignatureException"));
    }

    [Fact]
    public async Task Code_LinkOfGetFunction_IsGoodForTheCallerAndCannotBeMade()
    {
        const string body = """{"FunctionName":"f","Role":"arn:aws:iam::000000000000:role/r","Runtime":"provided","Handler":"h","Code":{"ZipFile":"b25l"}}""";
        (await _server.SendSignedAsync("POST", List, body)).Succeeds(201);
        var link = (await _server.SendSignedAsync("GET", $"{List}/f")).Succeeds(200).GetProperty("Code").GetProperty("Location").GetString()!;

        Assert.Equal("one", await _server.Client.GetStringAsync(link));
        foreach (var bad in new[] { link.Split('?')[0], link.Replace("X-Amz-Expires=600", "X-Amz-Expires=6000"), link.Replace("/_code/", "/_code//") + "0" })
        {
            Assert.Equal(403, (await _server.SendAsync("GET", new Uri(bad).PathAndQuery)).Status);
        }
    }

    [Fact]
    public async Task Page_OfThisServer_WantsTokenOrSignature()
    {
        _ = (await _server.SendAsync("GET", "/page")).Fails(403, "MissingAuthenticationTokenException");
        _ = (await _server.SendAsync("GET", "/page", null, ("Authorization", "Bearer wrong"))).Fails(403, "UnrecognizedClientException");
        (await _server.SendAsync("GET", "/page", null, ("Authorization", $"Bearer {Token}"))).Succeeds(200);
        (await _server.SendSignedAsync("GET", "/page")).Succeeds(200);
        _ = (await _server.SendSignedAsync("GET", "/page", options: new SignOptions { Id = OtherId, Secret = OtherSecret })).Fails(403, "AccessDeniedException");

        // The token opens these pages only.
        _ = (await _server.SendAsync("GET", List, null, ("Authorization", $"Bearer {Token}"))).Fails(403, "MissingAuthenticationTokenException");
    }

    [Fact]
    public async Task Door_NoKeysConfigured_KeepsWebPagesOut()
    {
        await using var open = await GatewayServer.StartAsync();

        (await open.SendAsync("GET", List)).Succeeds(200);
        (await open.SendAsync("GET", List, null, ("Origin", open.Url))).Succeeds(200);
        (await open.SendAsync("GET", List, null, ("Host", "dispatcher:9000"))).Succeeds(200);
        _ = (await open.SendAsync("POST", List, "{}", ("Origin", "https://example.com"))).Fails(403, "AccessDeniedException");
        _ = (await open.SendAsync("GET", List, null, ("Sec-Fetch-Site", "cross-site"))).Fails(403, "AccessDeniedException");
        for (var again = 0; again < 2; again++)
        {
            _ = (await open.SendAsync("GET", List, null, ("Host", "rebound.example.com:9000"))).Fails(403, "AccessDeniedException");
            (await open.SendAsync("GET", List, null, ("Host", "dispatcher:9000"))).Succeeds(200);
        }
    }

    [Fact]
    public async Task Keys_FileChanges_NewSecretIsGoodAndABrokenFileKeepsTheLast()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "first\n");
        var config = Config();
        config.AccessKeys["AKIDFILE"] = new() { File = file };
        var clock = new MovedClock();
        var keys = new AccessKeys(config, clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<AccessKeys>.Instance);
        var scope = new CredentialScope("20200101", "us-east-1", "lambda");
        var first = Sign(keys, scope);

        await File.WriteAllTextAsync(file, "second");
        Assert.Equal(first, Sign(keys, scope));
        clock.Move(TimeSpan.FromSeconds(31));
        var second = Sign(keys, scope);
        Assert.NotEqual(first, second);

        File.Delete(file);
        clock.Move(TimeSpan.FromSeconds(31));
        Assert.Equal(second, Sign(keys, scope));
    }

    private static string Sign(AccessKeys keys, CredentialScope scope)
    {
        Assert.True(keys.TryFind("AKIDFILE", out var key));
        return key.Sign(scope, "text");
    }

    private sealed class MovedClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Move(TimeSpan by) => _now += by.Ticks;
    }

    private sealed class Page : IGatewayPage
    {
        public string Prefix => "/page";

        public ValueTask<ApiResponse> GetAsync(HttpRequest request, CancellationToken cancellation)
            => ValueTask.FromResult(ApiResponse.Raw(Encoding.UTF8.GetBytes("{}")));
    }
}
