using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Dispatcher.Silo.Composition;

/// <summary>
/// Serves HTTP/1.1 and HTTP/2 on one port without TLS. The Kinesis clients of some SDKs (JavaScript) speak HTTP/2 at once, and
/// Kestrel takes that only on an endpoint that speaks nothing else. So there is one such endpoint, on a free loopback port that
/// nobody is told, and the connections of the public one that begin as HTTP/2 does are handed to its pipeline.
/// </summary>
internal sealed class PriorKnowledge
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private ConnectionDelegate? _http2;

    /// <summary>Speaks HTTP/1.1, and HTTP/2 to who begins with it. Call it before the endpoint of <see cref="AddHttp2"/> is added.</summary>
    public void Share(ListenOptions endpoint)
    {
        endpoint.Protocols = HttpProtocols.Http1;
        endpoint.Use(http1 => connection => DispatchAsync(connection, http1));
    }

    /// <summary>Adds the endpoint whose pipeline serves HTTP/2.</summary>
    public void AddHttp2(KestrelServerOptions kestrel) => kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
    {
        endpoint.Protocols = HttpProtocols.Http2;
        endpoint.Use(http2 => _http2 = http2);
    });

    private async Task DispatchAsync(ConnectionContext connection, ConnectionDelegate http1)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        timeout.CancelAfter(Patience);
        bool isHttp2;
        try
        {
            isHttp2 = await BeginsAsHttp2Async(connection, timeout.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Gone, or silent for too long.
            connection.Abort(new ConnectionAbortedException("no request came", e));
            return;
        }

        await (isHttp2 ? _http2! : http1)(connection);
    }

    /// <summary>Looks at the first bytes and leaves them where they are. No HTTP/1.1 method begins with PRI.</summary>
    private static async ValueTask<bool> BeginsAsHttp2Async(ConnectionContext connection, CancellationToken cancellation)
    {
        const int enough = 3;
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(cancellation);
            var (decided, isHttp2) = Decide(read.Buffer, enough);
            input.AdvanceTo(read.Buffer.Start, decided ? read.Buffer.Start : read.Buffer.End);
            if (decided || read.IsCompleted)
            {
                return isHttp2;
            }
        }
    }

    private static (bool Decided, bool IsHttp2) Decide(ReadOnlySequence<byte> bytes, int enough)
    {
        if (bytes.Length < enough)
        {
            return (false, false);
        }

        Span<byte> first = stackalloc byte[enough];
        bytes.Slice(0, enough).CopyTo(first);
        return (true, first.SequenceEqual("PRI"u8));
    }
}
