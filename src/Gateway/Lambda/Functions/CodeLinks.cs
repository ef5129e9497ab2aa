using System.Globalization;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Security;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>
/// Makes the URLs of archives. Where calls must be signed, the URL is signed for the caller with the caller's own key, as
/// AWS presigns its links to S3, and good for ten minutes.
/// </summary>
internal sealed class CodeLinks(DispatcherConfig config, TimeProvider time)
{
    /// <summary>The URL of an archive by its hash.</summary>
    public string To(string blob, ApiRequest request)
    {
        var path = $"{CodePage.Path}/{blob}";
        return request.BaseUrl + (request.Caller.Key is { } key ? Sign(path, key, request) : path);
    }

    private string Sign(string path, AccessKey key, ApiRequest request)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var scope = new CredentialScope(now.ToString("yyyyMMdd", CultureInfo.InvariantCulture), config.Region, "lambda");
        var stamp = now.ToString(RequestSignature.TimeFormat, CultureInfo.InvariantCulture);
        var target = $"{path}?X-Amz-Algorithm={RequestSignature.Algorithm}"
            + $"&X-Amz-Credential={Uri.EscapeDataString($"{key.Id}/{scope}")}&X-Amz-Date={stamp}"
            + $"&X-Amz-Expires={Limits.CodeLinkSeconds}&X-Amz-SignedHeaders=host";
        var signature = new RequestSignature(key.Id, scope, ["host"], "", stamp, Limits.CodeLinkSeconds);
        var host = new HeaderDictionary { ["Host"] = request.Headers.Host };
        var text = CanonicalRequest.StringToSign(HttpMethods.Get, target, host, signature, PayloadHash.Of([]));
        return $"{target}&X-Amz-Signature={key.Sign(scope, text)}";
    }
}
