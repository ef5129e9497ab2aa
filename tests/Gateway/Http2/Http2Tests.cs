using System.Net;
using System.Net.Sockets;
using System.Text;
using Dispatcher.Gateway.Tests.Kinesis;

namespace Dispatcher.Gateway.Tests.Http2;

public sealed class Http2Tests : IAsyncLifetime
{
    private static readonly byte[] Preface = Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    private static readonly byte[] NoSettings = [0, 0, 0, 4, 0, 0, 0, 0, 0];

    private KinesisServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await KinesisServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Call_OverHttp2WithoutTls_IsAnswered()
    {
        var calls = Enumerable.Range(0, 20).Select(_ => _server.SendAsync("ListStreams", "{}"u8.ToArray(), KinesisServer.Json, HttpVersion.Version20));

        foreach (var response in await Task.WhenAll(calls))
        {
            using (response)
            {
                Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (response.StatusCode, response.Version));
                Assert.Contains("StreamNames", await response.Content.ReadAsStringAsync());
            }
        }
    }

    [Fact]
    public async Task Call_OverHttp2WithALargeBody_IsAnsweredOrRefusedAsOverHttp1()
    {
        using var tooLarge = await _server.SendAsync("PutRecords", new byte[(16 * 1024 * 1024) + 1], KinesisServer.Json, HttpVersion.Version20);
        using var large = await _server.SendAsync("PutRecords", new byte[4 * 1024 * 1024], KinesisServer.Json, HttpVersion.Version20);

        Assert.Equal(413, (int)tooLarge.StatusCode);
        Assert.Contains("SerializationException", await large.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(15)]
    [InlineData(17)]
    public async Task Preface_InTwoParts_IsUnderstood(int first)
    {
        using var socket = await ConnectAsync();
        await SendInPartsAsync(socket, [.. Preface, .. NoSettings], first);

        var frame = new byte[9];
        await new NetworkStream(socket).ReadExactlyAsync(frame, TestContext.Current.CancellationToken);

        Assert.Equal(4, frame[3]); // SETTINGS
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20)]
    public async Task Http1_InTwoParts_IsUnderstood(int first)
    {
        using var socket = await ConnectAsync();
        await SendInPartsAsync(socket, Encoding.ASCII.GetBytes("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"), first);

        var begin = new byte[9];
        await new NetworkStream(socket).ReadExactlyAsync(begin, TestContext.Current.CancellationToken);

        Assert.Equal("HTTP/1.1 ", Encoding.ASCII.GetString(begin));
    }

    [Fact]
    public async Task Stop_WithOpenConnections_DoesNotWaitForThem()
    {
        using var silent = await ConnectAsync();
        using var response = await _server.SendAsync("ListStreams", "{}"u8.ToArray(), KinesisServer.Json, HttpVersion.Version20);

        await _server.StopAsync().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    private static async Task SendInPartsAsync(Socket socket, byte[] bytes, int first)
    {
        socket.NoDelay = true;
        await socket.SendAsync(bytes.AsMemory(0, first), TestContext.Current.CancellationToken);
        await socket.SendAsync(bytes.AsMemory(first), TestContext.Current.CancellationToken);
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(_server.Address).Port, TestContext.Current.CancellationToken);
        return socket;
    }
}
