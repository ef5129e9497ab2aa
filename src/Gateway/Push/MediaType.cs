using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Dispatcher.Gateway.Push;

/// <summary>The content type of a request.</summary>
/// <param name="Name"><c>type/subtype</c> in lower case; empty without.</param>
/// <param name="Whole">As it came.</param>
internal sealed record MediaType(string Name, string Whole)
{
    /// <summary>Whether the body is JSON.</summary>
    public bool IsJson => Name.EndsWith("/json", StringComparison.Ordinal) || Name.EndsWith("+json", StringComparison.Ordinal);

    /// <summary>Whether the body is text for people and programs that read text.</summary>
    public bool IsText => Name.StartsWith("text/", StringComparison.Ordinal) || Name == "application/xml" || Name.EndsWith("+xml", StringComparison.Ordinal);

    /// <summary>Reads the header. A charset other than UTF-8, or what cannot be read, is no type that anybody takes.</summary>
    public static MediaType Of(IHeaderDictionary headers)
    {
        var whole = headers.ContentType.ToString();
        return MediaTypeHeaderValue.TryParse(whole, out var type) && (!type.Charset.HasValue || IsUtf8(type.Charset.Value))
            ? new MediaType(type.MediaType.Value!.ToLowerInvariant(), whole)
            : new MediaType("", whole);
    }

    private static bool IsUtf8(string charset)
        => charset.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Trim('"').Equals("us-ascii", StringComparison.OrdinalIgnoreCase);
}
