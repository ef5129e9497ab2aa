using System.Net.Sockets;
using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Gateway.Lambda.EventInvokeConfigs;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.Tests.Wire;

/// <summary>Invocations at and beyond their limits, and callers who mean no good.</summary>
public sealed class InvokeLimitTests : IAsyncLifetime
{
    private const string Path = "/2015-03-31/functions/f/invocations";
    private const string Legacy = "/2014-11-13/functions/f/invoke-async/";

    private readonly Events _events = new();
    private KestrelServerOptions? _kestrel;
    private GatewayServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await GatewayServer.StartAsync(services =>
    {
        services.AddSingleton<IAsyncInvoker>(_events);
        services.AddEventInvokeConfigOperations();
        services.PostConfigure<KestrelServerOptions>(options =>
        {
            _kestrel = options;
            Assert.NotNull(options.Limits.MinRequestBodyDataRate);
            options.Limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(1.1));
            options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1);
        });
    });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(1_000, 200)]
    [InlineData(1_001, 400)]
    [InlineData(2_000_000, 400)]
    public async Task Invoke_DeepPayload_IsRefusedWithoutReadingOn(int depth, int status)
    {
        var answer = await _server.SendAsync("POST", Path, new string('[', depth) + new string(']', depth));
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? null : "InvalidRequestContentException", answer.ErrorType);
    }

    [Theory]
    [InlineData(3_582, 200)]
    [InlineData(3_584, 400)]
    [InlineData(20_000, 400)]
    public async Task Invoke_ClientContext_HasAtMost3583BytesOfBase64(int characters, int status)
    {
        var context = Convert.ToBase64String(Encoding.ASCII.GetBytes("1" + new string(' ', (characters / 4 * 3) - 1)));
        var answer = await _server.SendAsync("POST", Path, "{}", ("X-Amz-Client-Context", context));
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? null : "InvalidRequestContentException", answer.ErrorType);
    }

    [Fact]
    public async Task Event_ClientContext_IsNotHandedOn()
    {
        var context = Convert.ToBase64String("{}"u8);
        (await _server.SendAsync("POST", Path, "{}", ("X-Amz-Client-Context", context), ("X-Amz-Invocation-Type", "Event"))).Succeeds(202);
        Assert.Null(_events.Taken.Single().ClientContext);
    }

    [Theory]
    [InlineData(Limits.LegacyAsyncPayloadBytes, 202, null)]
    [InlineData(Limits.LegacyAsyncPayloadBytes + 1, 413, "RequestTooLargeException")]
    public async Task InvokeAsync_Size_IsLimited(int bytes, int status, string? type)
    {
        var answer = await _server.SendAsync("POST", Legacy, $"\"{new string('x', bytes - 2)}\"");
        Assert.Equal((status, type), (answer.Status, answer.ErrorType));
    }

    [Fact]
    public async Task InvokeAsync_Answers202WithoutABodyAndRefusesWhatIsNoJson()
    {
        var answer = await _server.SendAsync("POST", Legacy, "{}");
        Assert.Equal((202, ""), (answer.Status, answer.Body));
        (await _server.SendAsync("POST", Legacy, "{")).Fails(400, "InvalidRequestContentException");
    }

    [Theory]
    [InlineData("arn:aws:lambda:us-east-1:000000000000:function:f", 200)]
    [InlineData("arn:aws:lambda:eu-west-9:000000000000:function:f", 404)]
    [InlineData("arn:aws:lambda:us-east-1:111111111111:function:f", 404)]
    [InlineData("f%20g", 400)]
    [InlineData("f:$LATEST", 200)]
    public async Task Invoke_Name_IsOfThisServerOrMissing(string name, int status)
    {
        // Twice: the second call may find what the first one left behind.
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(status, (await _server.SendAsync("POST", $"/2015-03-31/functions/{name}/invocations", "{}")).Status);
        }
    }

    [Fact]
    public async Task Invoke_TheSameTargetWithOtherHeaders_IsReadAnew()
    {
        foreach (var type in new[] { "RequestResponse", "DryRun", "RequestResponse", "Event", "Nonsense", "Event" })
        {
            var answer = await _server.SendAsync("POST", Path, "1", ("X-Amz-Invocation-Type", type));
            Assert.Equal(type switch { "DryRun" => 204, "Event" => 202, "Nonsense" => 400, _ => 200 }, answer.Status);
        }

        (await _server.SendAsync("POST", Path + "?Qualifier=7", "1")).Succeeds(200);
        Assert.Equal("7", _server.Invoker.Last!.Function.Qualifier);
        (await _server.SendAsync("POST", Path, "1", ("X-Amz-Log-Type", "Tail"))).Succeeds(200);
        Assert.Equal((null, true), (_server.Invoker.Last.Function.Qualifier, _server.Invoker.Last.LogTail));
        (await _server.SendAsync("POST", Path, "1")).Succeeds(200);
        Assert.False(_server.Invoker.Last.LogTail);
    }

    [Theory]
    [InlineData("X: {0}\r\n", 1, 40_000, "431")]
    [InlineData("X: {0}\r\n", 200, 1, "431")]
    [InlineData("X-Amz-Client-Context: {0}\r\n", 12, 3_000, "431")]
    public async Task Headers_TooManyOrTooLarge_Are431(string header, int count, int length, string status)
    {
        var headers = string.Concat(Enumerable.Repeat(string.Format(header, new string('x', length)), count));
        Assert.StartsWith($"HTTP/1.1 {status}", await RawAsync($"POST {Path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n"));
    }

    [Fact]
    public async Task Target_TooLong_Is414()
        => Assert.StartsWith("HTTP/1.1 414", await RawAsync($"POST {Path}?Qualifier={new string('x', 20_000)} HTTP/1.1\r\nHost: x\r\n\r\n"));

    [Theory]
    [InlineData("POST /2015-03-31/functions/f/invocations HTTP/1.1\r\nHost: x\r\nX-Slow: ")]
    [InlineData("POST /2015-03-31/functions/f/invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")]
    [InlineData("POST /2021-11-15/functions/f/response-streaming-invocations HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n")]
    public async Task SlowSender_IsToldAndCutOff(string start)
    {
        var answer = await RawAsync(start, untilClosed: true);
        Assert.Matches("^(HTTP/1.1 4..|$)", answer);
        Assert.Null(_server.Invoker.Last);
        Assert.NotNull(_kestrel);
    }

    private async Task<string> RawAsync(string request, bool untilClosed = false)
    {
        using var client = new TcpClient();
        var uri = new Uri(_server.Url);
        await client.ConnectAsync(uri.Host, uri.Port);
        var stream = client.GetStream();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var text = new StringBuilder();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request), patience.Token);
            var buffer = new byte[4096];
            int read;
            do
            {
                read = await stream.ReadAsync(buffer, patience.Token);
                text.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }
            while (read > 0 && untilClosed);
        }
        catch (IOException) when (untilClosed)
        {
            // Closed with what was sent still unread.
        }

        return text.ToString();
    }

    private sealed class Events : IAsyncInvoker
    {
        public List<InvocationRequest> Taken { get; } = [];

        public ValueTask AcceptAsync(IReadOnlyList<InvocationRequest> requests, CancellationToken cancellation)
        {
            Taken.AddRange(requests);
            return ValueTask.CompletedTask;
        }
    }
}
