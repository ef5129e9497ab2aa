using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Dispatcher.Contracts;

namespace Dispatcher.Gateway.Tests.Wire;

public sealed class BadInputTests : IAsyncLifetime
{
    private const string Functions = "/2015-03-31/functions";

    private static readonly byte[] Noise = [.. "\"{}[],:0-n\\"u8, 0, 0xff];

    private GatewayServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await GatewayServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("nul")]
    [InlineData("""{"a":1,}""")]
    [InlineData("""{"Role":"x" "Code":{}}""")]
    [InlineData("""{"Role":"x","Role":"y"}""")]
    [InlineData("\u0000")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"Role":"\udfff"}""")]
    public async Task Create_BodyIsNoJsonObject_IsInvalidRequestContent(string body)
        => Assert.StartsWith(
            "Could not parse request body into json: ",
            (await _server.SendAsync("POST", Functions, body)).Fails(400, "InvalidRequestContentException"));

    [Fact]
    public async Task Create_BodyIsNoUtf8_IsRefused()
    {
        using var content = new ByteArrayContent([.. "{\"FunctionName\":\""u8, 0xff, 0xfe, .. "\"}"u8]);
        using var response = await _server.Client.PostAsync(Functions, content);

        Assert.Equal(400, (int)response.StatusCode);
    }

    [Theory]
    [InlineData(63, "ValidationException")]
    [InlineData(100, "InvalidRequestContentException")]
    [InlineData(200_000, "InvalidRequestContentException")]
    public async Task Create_DeepNesting_IsRefused(int depth, string type)
    {
        var body = $"{{\"X\":{new string('[', depth)}{new string(']', depth)}}}";

        (await _server.SendAsync("POST", Functions, body)).Fails(400, type);
    }

    [Theory]
    [InlineData("1e999")]
    [InlineData("-99999999999999999999999999999999")]
    [InlineData("0.0000000000000000000000001")]
    [InlineData("3.0")]
    public async Task Create_HugeOrBrokenNumber_IsSerializationException(string number)
        => (await _server.SendAsync("POST", Functions, $"{{\"Timeout\":{number}}}")).Fails(400, "SerializationException");

    [Fact]
    public async Task Create_EverythingMissing_NamesEveryMember()
    {
        var message = (await _server.SendAsync("POST", Functions, "{}")).Fails(400, "ValidationException");

        Assert.StartsWith("3 validation errors detected: Value null at 'functionName' failed", message);
        Assert.Contains("; Value null at 'role' failed", message);
        Assert.Contains("; Value null at 'code' failed", message);
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/favicon.ico")]
    [InlineData("POST", "/2015-03-31/functions/f/g/h")]
    [InlineData("PATCH", "/2015-03-31/functions/f")]
    [InlineData("GET", "/2015-03-31/functions/../../x")]
    [InlineData("GET", "/%ff/%zz")]
    public async Task UnknownPath_IsUnknownOperation(string method, string path)
        => (await _server.SendAsync(method, path)).Fails(404, "UnknownOperationException");

    [Theory]
    [InlineData("Nobody_2010.Do")]
    [InlineData("nodot")]
    [InlineData("")]
    public async Task UnknownTarget_IsUnknownOperation(string target)
        => (await _server.SendAsync("POST", "/", "{}", ("X-Amz-Target", target))).Fails(404, "UnknownOperationException");

    [Theory]
    [InlineData("POST", "/2018-10-31/layers/l/versions", "PublishLayerVersion")]
    [InlineData("GET", "/2020-04-22/code-signing-configs", "ListCodeSigningConfigs")]
    public async Task OperationNotServed_SaysSo(string method, string path, string operation)
        => Assert.Contains(operation, (await _server.SendAsync(method, path, method == "GET" ? null : "{}")).Fails(501, "NotImplementedException"));

    [Fact]
    public async Task Body_LongerThanTheLimit_Is413()
    {
        var answer = await RawAsync($"POST {Functions} HTTP/1.1\r\nHost: x\r\nContent-Length: {Limits.RequestBodyBytes + 1}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413", answer);
        Assert.Contains("x-amzn-ErrorType: RequestEntityTooLargeException", answer);
    }

    [Fact]
    public async Task Body_ChunkedBeyondTheLimit_Is413()
    {
        using var content = new StreamContent(new EndlessStream(Limits.RequestBodyBytes + 1));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, Functions) { Content = content };
        request.Headers.TransferEncodingChunked = true;

        using var response = await _server.Client.SendAsync(request);

        Assert.Equal(413, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("NONSENSE\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("GET /2015-03-31/functions HTTP/1.1\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("POST /2015-03-31/functions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400")]
    [InlineData("GET http://other:1/2015-03-31/functions?x=1 HTTP/1.1\r\nHost: other:1\r\n\r\n", "HTTP/1.1 200")]
    public async Task RawRequest_IsAnswered(string request, string start) => Assert.StartsWith(start, await RawAsync(request));

    [Fact]
    public async Task Fuzz_MutatedBodies_NeverEndInServerError()
    {
        const string seed = """{"FunctionName":"f","Role":"arn:aws:iam::000000000000:role/r","Runtime":"provided","Code":{"ZipFile":"YQ=="},"Environment":{"Variables":{"AA":"b"}},"Tags":{"t":"v"},"Layers":[],"Timeout":3,"Publish":false,"VpcConfig":{"SubnetIds":["a"]}}""";
        var random = new Random(20261121);
        var bytes = Encoding.UTF8.GetBytes(seed);
        for (var round = 0; round < 1_000; round++)
        {
            var mutated = (byte[])bytes.Clone();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                mutated[random.Next(mutated.Length)] = Noise[random.Next(Noise.Length)];
            }

            using var content = new ByteArrayContent(mutated);
            using var response = await _server.Client.PostAsync(Functions, content);

            Assert.True((int)response.StatusCode is >= 200 and < 500, $"{(int)response.StatusCode} for {Encoding.Latin1.GetString(mutated)}");
            Assert.True(response.Headers.Contains("x-amzn-RequestId"));
        }
    }

    [Fact]
    public async Task Fuzz_MutatedPaths_NeverEndInServerError()
    {
        string[] pieces = ["/", "2015-03-31", "functions", "tags", "2017-03-31", "f", ":", "%3A", "%2F", "%", "arn:aws:lambda:us-east-1:000000000000:function:f", "$LATEST", "code", "?", "MaxItems=1", "&", "Marker=", "_code", "configuration", "invocations", "+", "~"];
        var random = new Random(7);
        for (var round = 0; round < 1_000; round++)
        {
            var path = "/" + string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => pieces[random.Next(pieces.Length)]));
            var method = ((string[])["GET", "POST", "PUT", "DELETE"])[random.Next(4)];
            var answer = await RawAsync($"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");

            Assert.Matches("^HTTP/1.1 (2|4|501)", answer);
        }
    }

    private async Task<string> RawAsync(string request)
    {
        using var client = new TcpClient();
        var uri = new Uri(_server.Url);
        await client.ConnectAsync(uri.Host, uri.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
        var buffer = new byte[4096];
        var read = await stream.ReadAsync(buffer);
        return Encoding.UTF8.GetString(buffer, 0, read);
    }

    /// <summary>That many spaces.</summary>
    private sealed class EndlessStream(long length) : Stream
    {
        private long _left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var some = (int)Math.Min(_left, count);
            buffer.AsSpan(offset, some).Fill((byte)' ');
            _left -= some;
            return some;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
