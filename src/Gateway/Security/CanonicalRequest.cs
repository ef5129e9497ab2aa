using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Security;

/// <summary>Writes a request in the one form that both sides sign.</summary>
internal static class CanonicalRequest
{
    /// <summary>What HTTP/2 calls the host, and clients of HTTP/2 sign.</summary>
    public const string Authority = ":authority";

    private const string SignatureParameter = "X-Amz-Signature";

    /// <summary>The string to sign.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="target">Path and query as they came over the wire.</param>
    /// <param name="headers">Headers, Host included.</param>
    /// <param name="signature">What the request says of its signature.</param>
    /// <param name="payload">SHA-256 of the body in lower-case hex.</param>
    public static string StringToSign(
        string method, string target, IHeaderDictionary headers, RequestSignature signature, string payload)
    {
        var canonical = Write(method, target, headers, signature, payload);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        return $"{RequestSignature.Algorithm}\n{signature.Timestamp}\n{signature.Scope}\n{hash}";
    }

    /// <summary>The canonical request.</summary>
    public static string Write(string method, string target, IHeaderDictionary headers, RequestSignature signature, string payload)
    {
        var mark = target.IndexOf('?');
        var path = mark < 0 ? target : target[..mark];
        var query = mark < 0 ? "" : target[(mark + 1)..];
        var text = new StringBuilder(512).Append(method).Append('\n').Append(Path(path)).Append('\n').Append(Query(query)).Append('\n');
        foreach (var name in signature.SignedHeaders)
        {
            var values = name == Authority ? headers.Host : headers[name];
            text.Append(name).Append(':').AppendJoin(',', values.Select(Squeeze)).Append('\n');
        }

        return text.Append('\n').AppendJoin(';', signature.SignedHeaders).Append('\n').Append(payload).ToString();
    }

    /// <summary>
    /// The path without empty and dotted parts, encoded once more than on the wire, as all services but S3 want it.
    /// </summary>
    internal static string Path(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "." or ".."))
            {
                parts.Add(Uri.EscapeDataString(part));
            }
        }

        return parts.Count == 0 ? "/" : $"/{string.Join('/', parts)}{(path.EndsWith('/') ? "/" : "")}";
    }

    /// <summary>The parameters in order of their encoded names and values; that of the signature itself is left out.</summary>
    internal static string Query(string query)
    {
        if (query.Length == 0)
        {
            return "";
        }

        var parameters = new List<(string Name, string Value)>();
        foreach (var one in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = one.IndexOf('=');
            var name = Recode(equals < 0 ? one : one[..equals]);
            if (name != SignatureParameter)
            {
                parameters.Add((name, Recode(equals < 0 ? "" : one[(equals + 1)..])));
            }
        }

        parameters.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name) is var order and not 0 ? order : string.CompareOrdinal(a.Value, b.Value));
        return string.Join('&', parameters.Select(one => $"{one.Name}={one.Value}"));
    }

    /// <summary>Encodes what the client left as it is and leaves what it encoded.</summary>
    private static string Recode(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));

    /// <summary>A header's value without spaces at its ends and with single ones inside.</summary>
    private static string Squeeze(string? value)
        => value is null ? "" : string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Trim();
}
