using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dispatcher.Adapters.Tests.Kafka;

/// <summary>
/// A broker that knows as much of Kafka's protocol as is needed to refuse a password: ApiVersions v0, SaslHandshake v1,
/// SaslAuthenticate v0. The mock cluster has no SASL.
/// </summary>
internal sealed class RefusingBroker : IAsyncDisposable
{
    private const short SaslHandshake = 17;
    private const short ApiVersions = 18;
    private const short SaslAuthenticate = 36;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public RefusingBroker()
    {
        _listener.Start();
        Server = $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _loop = AcceptAsync();
    }

    public string Server { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        var stream = client.GetStream();
        var size = new byte[4];
        try
        {
            while (true)
            {
                await stream.ReadExactlyAsync(size, _stop.Token);
                var request = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
                await stream.ReadExactlyAsync(request, _stop.Token);
                var body = Answer(BinaryPrimitives.ReadInt16BigEndian(request), BinaryPrimitives.ReadInt16BigEndian(request.AsSpan(2)));
                byte[] answer = [.. Int32(4 + body.Length), .. request.AsSpan(4, 4), .. body];
                await stream.WriteAsync(answer, _stop.Token);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The client went away, or the test did.
        }
    }

    private static byte[] Answer(short api, short version) => api switch
    {
        // 35: unsupported version; the client asks again with v0.
        ApiVersions when version > 0 => [.. Int16(35), .. Int32(0)],
        ApiVersions =>
        [
            .. Int16(0), .. Int32(4), .. Api(3, 0, 1), .. Api(SaslHandshake, 0, 1), .. Api(ApiVersions, 0, 0), .. Api(SaslAuthenticate, 0, 0),
        ],
        SaslHandshake => [.. Int16(0), .. Int32(3), .. Text("PLAIN"), .. Text("SCRAM-SHA-256"), .. Text("SCRAM-SHA-512")],
        SaslAuthenticate => [.. Int16(58), .. Text("Invalid username or password"), .. Int32(0)],
        _ => throw new IOException($"API {api} is not known"),
    };

    private static byte[] Api(short key, short from, short to) => [.. Int16(key), .. Int16(from), .. Int16(to)];

    private static byte[] Text(string text) => [.. Int16((short)text.Length), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Int16(short number) => [(byte)(number >> 8), (byte)number];

    private static byte[] Int32(int number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];
}
