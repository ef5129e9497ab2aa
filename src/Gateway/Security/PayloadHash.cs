using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Security;

/// <summary>The hash of a body that a signature covers.</summary>
internal static class PayloadHash
{
    /// <summary>The header in which clients may tell it; what it tells is compared with the body.</summary>
    public const string Header = "X-Amz-Content-Sha256";

    private const int HexLength = 64;

    /// <summary>What the client tells; null where it tells nothing.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">
    /// It is no hash: unsigned and chunked payloads are S3's alone, and the body would go unchecked.
    /// </exception>
    public static string? Told(IHeaderDictionary headers)
    {
        if (!headers.TryGetValue(Header, out var told))
        {
            return null;
        }

        var text = told.ToString();
        return text.Length == HexLength && text.All(char.IsAsciiHexDigitLower) ? text : throw SecurityErrors.Mismatch();
    }

    /// <summary>SHA-256 in lower-case hex.</summary>
    public static string Of(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return Convert.ToHexStringLower(hash);
    }
}
