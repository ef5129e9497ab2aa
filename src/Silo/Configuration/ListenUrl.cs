using System.Net;

namespace Dispatcher.Silo.Configuration;

/// <summary>The address to listen on: <c>http://HOST:PORT</c>; HOST is an IP address, <c>localhost</c> or <c>*</c>, port 0 takes a free one.</summary>
internal static class ListenUrl
{
    /// <summary>Whether the text is such an address.</summary>
    public static bool IsValid(string text)
    {
        const string scheme = "http://";
        if (!text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = text.AsSpan(scheme.Length).TrimEnd('/');
        var colon = rest.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(rest[(colon + 1)..], out _) && IsHost(rest[..colon]);
    }

    private static bool IsHost(ReadOnlySpan<char> host)
        => host is "localhost" or "*" or "+" || IPAddress.TryParse(host, out _);
}
