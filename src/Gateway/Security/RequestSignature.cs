using System.Globalization;

namespace Dispatcher.Gateway.Security;

/// <summary>What a request says of its signature, in its Authorization header or in the query of a presigned URL.</summary>
/// <param name="KeyId">Id of the access key.</param>
/// <param name="Scope">What the signing key is good for.</param>
/// <param name="SignedHeaders">Lower-case names of the headers that are signed, in order.</param>
/// <param name="Signature">The signature, hex.</param>
/// <param name="Timestamp">When it was signed, <c>yyyyMMddTHHmmssZ</c>.</param>
/// <param name="ExpiresSeconds">For a presigned URL, how long it is good for; null for a header.</param>
internal sealed record RequestSignature(
    string KeyId, CredentialScope Scope, string[] SignedHeaders, string Signature, string Timestamp, int? ExpiresSeconds)
{
    /// <summary>The only algorithm.</summary>
    public const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>How timestamps look.</summary>
    public const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>When it was signed; null where the timestamp is none.</summary>
    public DateTimeOffset? SignedAt
        => DateTimeOffset.TryParseExact(Timestamp, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    /// <summary>Whether it came in the query of the URL.</summary>
    public bool IsPresigned => ExpiresSeconds is not null;

    /// <summary>Splits <c>KEY/date/region/service/aws4_request</c>; null where it is not of that form.</summary>
    public static (string KeyId, CredentialScope Scope)? ReadCredential(string text)
        => text.Split('/') is [{ Length: > 0 } key, { Length: 8 } date, { Length: > 0 } region, { Length: > 0 } service, CredentialScope.End]
            ? (key, new CredentialScope(date, region, service))
            : null;
}
