using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dispatcher.Contracts;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Security;

/// <summary>Judges a signature; pure.</summary>
internal static class SignatureCheck
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(Limits.SignatureSkewMinutes);

    /// <summary>Checks everything that does not need the key: time, scope, which headers are signed.</summary>
    /// <param name="signature">The signature.</param>
    /// <param name="headers">The request's headers.</param>
    /// <param name="now">The server's time.</param>
    /// <param name="region">The server's region.</param>
    /// <param name="service">The service that is called; null where any will do.</param>
    /// <exception cref="Contracts.Errors.ServiceException">Something is wrong.</exception>
    public static void Demand(RequestSignature signature, IHeaderDictionary headers, DateTimeOffset now, string region, string? service)
    {
        DemandTime(signature, now);
        if (signature.Scope.Region != region)
        {
            throw SecurityErrors.WrongRegion(signature.Scope.Region);
        }

        if (service is not null && signature.Scope.Service != service)
        {
            throw SecurityErrors.WrongService(service);
        }

        DemandHeaders(signature, headers);
    }

    /// <summary>Whether a signature is that of the text; takes the same time wherever they differ.</summary>
    public static bool Fits(AccessKey key, RequestSignature signature, string stringToSign)
    {
        var right = Encoding.ASCII.GetBytes(key.Sign(signature.Scope, stringToSign));
        return CryptographicOperations.FixedTimeEquals(right, Encoding.UTF8.GetBytes(signature.Signature));
    }

    private static void DemandTime(RequestSignature signature, DateTimeOffset now)
    {
        var signed = signature.SignedAt
            ?? throw SecurityErrors.Incomplete($"Date must be in ISO-8601 'basic format'. Got '{signature.Timestamp}'.");
        if (signature.Scope.Date != signature.Timestamp[..signature.Scope.Date.Length])
        {
            throw SecurityErrors.WrongDate(signature.Scope.Date, signature.Timestamp[..8], signature.Timestamp);
        }

        if (signed > now + Skew)
        {
            throw SecurityErrors.Early(signature.Timestamp, Show(now + Skew), Show(now));
        }

        if (signature.ExpiresSeconds is { } seconds)
        {
            var end = signed.AddSeconds(seconds);
            if (end < now)
            {
                throw SecurityErrors.LinkExpired(Show(end), Show(now));
            }
        }
        else if (signed < now - Skew)
        {
            throw SecurityErrors.Expired(signature.Timestamp, Show(now - Skew), Show(now));
        }
    }

    /// <summary>The host and every header that changes what a call means must be signed.</summary>
    private static void DemandHeaders(RequestSignature signature, IHeaderDictionary headers)
    {
        if (Array.IndexOf(signature.SignedHeaders, "host") < 0
            && Array.IndexOf(signature.SignedHeaders, CanonicalRequest.Authority) < 0)
        {
            throw SecurityErrors.NotSigned($"Host' or '{CanonicalRequest.Authority}");
        }

        foreach (var name in headers.Keys)
        {
            if (name.StartsWith("X-Amz-", StringComparison.OrdinalIgnoreCase)
                && !name.Equals(PayloadHash.Header, StringComparison.OrdinalIgnoreCase)
                && Array.IndexOf(signature.SignedHeaders, name.ToLowerInvariant()) < 0)
            {
                throw SecurityErrors.NotSigned(name);
            }
        }
    }

    private static string Show(DateTimeOffset time)
        => time.UtcDateTime.ToString(RequestSignature.TimeFormat, CultureInfo.InvariantCulture);
}
