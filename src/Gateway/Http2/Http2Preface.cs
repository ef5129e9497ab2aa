using System.Buffers;
using Dispatcher.Contracts;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Dispatcher.Gateway.Http2;

/// <summary>
/// Looks at the first bytes of a connection without TLS: HTTP/1.1 goes on as always, HTTP/2 goes to
/// <see cref="Http2Server"/>. Kestrel itself speaks only one of the two on such a port, and AWS's JavaScript client for
/// Kinesis always speaks HTTP/2.
/// </summary>
internal sealed class Http2Preface(Http2Listener listener, TimeProvider time)
{
    /// <summary>How long a connection may say nothing at first; Kestrel's own limit for idle connections.</summary>
    private static readonly TimeSpan FirstBytesWithin = TimeSpan.FromMilliseconds(Limits.GatewaySilenceMs);

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n"u8;

    /// <summary>Takes one connection to where its first bytes say.</summary>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        bool isHttp2;
        try
        {
            isHttp2 = await IsHttp2Async(connection);
        }
        catch (OperationCanceledException)
        {
            return; // nothing came, or the server stops: the connection is closed
        }

        await (isHttp2 ? listener.RunAsync(connection) : next(connection));
    }

    private async ValueTask<bool> IsHttp2Async(ConnectionContext connection)
    {
        using var timeout = new CancellationTokenSource(FirstBytesWithin, time);
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using var any = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, connection.ConnectionClosed, stopping);
        var input = connection.Transport.Input;
        while (true)
        {
            var result = await input.ReadAsync(any.Token);
            var (begins, enough) = Look(result.Buffer);
            var decided = !begins || enough || result.IsCompleted;
            input.AdvanceTo(result.Buffer.Start, decided ? result.Buffer.Start : result.Buffer.End);
            if (decided)
            {
                return begins && enough;
            }
        }
    }

    /// <summary>Whether what is there begins like the preface, and whether that is enough to be sure.</summary>
    private static (bool Begins, bool Enough) Look(ReadOnlySequence<byte> buffer)
    {
        Span<byte> first = stackalloc byte[Preface.Length];
        var length = (int)Math.Min(buffer.Length, Preface.Length);
        buffer.Slice(0, length).CopyTo(first);
        return (first[..length].SequenceEqual(Preface[..length]), length == Preface.Length);
    }
}
