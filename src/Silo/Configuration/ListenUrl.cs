using System.Globalization;
using System.Net;

namespace Dispatcher.Silo.Configuration;

/// <summary>The address to listen on: <c>http://HOST:PORT</c>.</summary>
/// <param name="Host">An IP address, <c>localhost</c> or <c>*</c>.</param>
/// <param name="Port">0 takes a free one (not for localhost, which is two addresses).</param>
internal sealed record ListenUrl(string Host, int Port)
{
    /// <summary>Reads an address; null where the text is none.</summary>
    public static ListenUrl? Parse(string text)
    {
        const string scheme = "http://";
        if (!text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var rest = text[scheme.Length..].TrimEnd('/');
        var colon = rest.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(rest.AsSpan(colon + 1), CultureInfo.InvariantCulture, out var port))
        {
            return null;
        }

        var host = rest[..colon];
        var right = host is "*" || (host is "localhost" && port > 0) || IPAddress.TryParse(host, out _);
        return right ? new ListenUrl(host, port) : null;
    }
}
