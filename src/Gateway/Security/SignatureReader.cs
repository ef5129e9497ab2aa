using System.Globalization;
using Dispatcher.Contracts;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Security;

/// <summary>Finds the signature in a request.</summary>
internal static class SignatureReader
{
    private const string DateHeader = "X-Amz-Date";
    private static readonly string[] Presigned =
        ["X-Amz-Algorithm", "X-Amz-Credential", DateHeader, "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"];

    /// <summary>Reads the header or the query.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">There is no signature, or it has not all its parts.</exception>
    public static RequestSignature Read(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("AWS4-", StringComparison.Ordinal))
        {
            return Header(header, Time(request));
        }

        return request.Query.ContainsKey("X-Amz-Algorithm") || request.Query.ContainsKey("X-Amz-Signature")
            ? Query(request.Query)
            : throw SecurityErrors.MissingToken();
    }

    private static RequestSignature Header(string header, string timestamp)
    {
        var space = header.IndexOf(' ');
        if (space < 0 || header[..space] != RequestSignature.Algorithm)
        {
            throw SecurityErrors.Incomplete($"Unsupported AWS 'algorithm': '{(space < 0 ? header : header[..space])}'.");
        }

        var parts = new Dictionary<string, string>();
        foreach (var part in header[(space + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=');
            parts[equals < 0 ? part : part[..equals]] = equals < 0 ? "" : part[(equals + 1)..];
        }

        var missing = new[] { "Credential", "Signature", "SignedHeaders" }.Where(name => !parts.ContainsKey(name)).ToArray();
        if (missing.Length > 0 || timestamp.Length == 0)
        {
            throw SecurityErrors.Incomplete(string.Concat(missing.Select(name => $"Authorization header requires '{name}' parameter. "))
                + (timestamp.Length == 0 ? "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header." : ""));
        }

        return Make(parts["Credential"], parts["SignedHeaders"], parts["Signature"], timestamp, expires: null);
    }

    private static RequestSignature Query(IQueryCollection query)
    {
        var missing = Presigned.Where(name => query[name].ToString().Length == 0).ToArray();
        if (missing.Length > 0)
        {
            throw SecurityErrors.Incomplete(
                string.Join(' ', missing.Select(name => $"AWS query-string parameters must include '{name}'.")));
        }

        if (query["X-Amz-Algorithm"] != RequestSignature.Algorithm)
        {
            throw SecurityErrors.Incomplete($"Unsupported AWS 'algorithm': '{query["X-Amz-Algorithm"]}'.");
        }

        return int.TryParse(query["X-Amz-Expires"], NumberStyles.None, CultureInfo.InvariantCulture, out var expires)
            && expires is > 0 and <= Limits.PresignedSeconds
            ? Make(query["X-Amz-Credential"]!, query["X-Amz-SignedHeaders"]!, query["X-Amz-Signature"]!, query[DateHeader]!, expires)
            : throw SecurityErrors.Incomplete($"X-Amz-Expires must be a number of seconds from 1 to {Limits.PresignedSeconds}.");
    }

    private static RequestSignature Make(string credential, string headers, string signature, string timestamp, int? expires)
    {
        var (key, scope) = RequestSignature.ReadCredential(credential)
            ?? throw SecurityErrors.Incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.");
        var names = headers.Split(';');
        return names.Length <= Limits.SignedHeaders
            ? new RequestSignature(key, scope, names, signature, timestamp, expires)
            : throw SecurityErrors.Incomplete($"SignedHeaders must not name more than {Limits.SignedHeaders} headers.");
    }

    /// <summary>The header X-Amz-Date, else Date in the form of the former; empty where neither is there.</summary>
    private static string Time(HttpRequest request)
    {
        var own = request.Headers[DateHeader].ToString();
        return own.Length == 0 && request.Headers.Date.Count > 0 && DateTimeOffset.TryParse(
            request.Headers.Date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date.UtcDateTime.ToString(RequestSignature.TimeFormat, CultureInfo.InvariantCulture)
            : own;
    }
}
