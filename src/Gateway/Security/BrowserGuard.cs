using System.Net;
using Dispatcher.Contracts.Configuration;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Security;

/// <summary>
/// Keeps web pages out where no keys do: a page of elsewhere that a browser on this machine shows could otherwise create a
/// function, which is to run code here. Browsers tell where a call comes from; and a name that a page could have made point
/// to this machine is not taken for it.
/// </summary>
internal static class BrowserGuard
{
    /// <summary>The machine that was called last; nearly all calls name the same one.</summary>
    private static volatile string? s_last;

    /// <summary>Refuses calls of pages of elsewhere.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">It is one.</exception>
    public static void Demand(HttpRequest request, DispatcherConfig config)
    {
        if (!IsOwnPage(request) || !(config.AllowInsecure || IsMachine(request.Host)))
        {
            throw SecurityErrors.Browser();
        }
    }

    private static bool IsOwnPage(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site")
        {
            return false;
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority == request.Host.Value);
    }

    private static bool IsMachine(HostString host)
    {
        if (host.Value is not { } name || name == s_last)
        {
            return true;
        }

        if (!IsMachine(host.Host))
        {
            return false;
        }

        s_last = name;
        return true;
    }

    /// <summary>An address, localhost, or a name without dots, which no public domain can have.</summary>
    private static bool IsMachine(string host)
        => host.Length == 0
            || !host.Contains('.', StringComparison.Ordinal)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || IPAddress.TryParse(host, out _);
}
