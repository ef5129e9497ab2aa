using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Dispatcher.Testing;

/// <summary>
/// Ports for servers that a test stops and starts again. They lie below those that the system gives to outgoing connections
/// (from 32768 on Linux): one of these could otherwise hold the port when the server wants it back.
/// </summary>
public static class FreePorts
{
    private const int Min = 20_000;
    private const int Max = 32_000;

    private static readonly ConcurrentDictionary<int, bool> s_taken = new();

    /// <summary>A port of the loopback device that nobody listens on, and that is given to nobody else of this process.</summary>
    public static int Take()
    {
        while (true)
        {
            var port = Random.Shared.Next(Min, Max);
            if (s_taken.TryAdd(port, true) && IsFree(port))
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }
}
