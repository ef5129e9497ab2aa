using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Gateway.Security;
using Dispatcher.Gateway.Tests.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.Tests.Security;

/// <summary>A gateway with access keys, and requests signed as a client would.</summary>
internal static class SignedServer
{
    public const string Id = "AKIDOWN";
    public const string Secret = "own-secret/+";
    public const string OtherId = "AKIDOTHER";
    public const string OtherSecret = "other-secret";
    public const string OtherAccount = "111122223333";
    public const string Token = "the-admin-token";

    public static DispatcherConfig Config() => new()
    {
        AccessKeys =
        {
            [Id] = new AccessKeyConfig { Value = Secret, User = "alice" },
            [OtherId] = new AccessKeyConfig { Value = OtherSecret, Account = OtherAccount, User = "bob" },
        },
        AdminToken = new SecretConfig { Value = Token },
    };

    public static Task<GatewayServer> StartAsync(Action<IServiceCollection>? more = null) => GatewayServer.StartAsync(services =>
    {
        services.AddSingleton(Config());
        more?.Invoke(services);
    });

    /// <summary>A request, signed with a key unless <paramref name="with"/> changes it afterwards.</summary>
    public static async Task<WireAnswer> SendSignedAsync(
        this GatewayServer server, string method, string path, string body = "", SignOptions? options = null, Action<HttpRequestMessage>? with = null)
    {
        using var request = Sign(server, method, path, body, options ?? new SignOptions());
        with?.Invoke(request);
        using var response = await server.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var headers = response.Headers.ToDictionary(one => one.Key, one => string.Join(',', one.Value), StringComparer.OrdinalIgnoreCase);
        return new WireAnswer((int)response.StatusCode, text, headers);
    }

    private static HttpRequestMessage Sign(GatewayServer server, string method, string path, string body, SignOptions options)
    {
        var time = (options.Time ?? DateTimeOffset.UtcNow).UtcDateTime;
        var stamp = time.ToString(RequestSignature.TimeFormat, CultureInfo.InvariantCulture);
        var headers = new HeaderDictionary { ["Host"] = new Uri(server.Url).Authority, ["X-Amz-Date"] = stamp };
        foreach (var (name, value) in options.Headers)
        {
            headers[name] = value;
        }

        string[] names = [.. headers.Keys.Select(one => one.ToLowerInvariant()).Order(StringComparer.Ordinal)];
        var scope = new CredentialScope(time.ToString("yyyyMMdd", CultureInfo.InvariantCulture), options.Region, options.Service);
        var signature = new RequestSignature(options.Id, scope, names, "", stamp, null);
        var payload = headers.TryGetValue(PayloadHash.Header, out var told) ? told.ToString() : PayloadHash.Of(Encoding.UTF8.GetBytes(body));
        var hex = new AccessKey(options.Id, options.Secret, "", "").Sign(
            scope, CanonicalRequest.StringToSign(method, path, headers, signature, payload));
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(options.ContentType);
        }

        foreach (var (name, value) in headers.Where(one => one.Key != "Host"))
        {
            request.Headers.TryAddWithoutValidation(name, value.ToString());
        }

        request.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential={options.Id}/{scope}, SignedHeaders={string.Join(';', names)}, Signature={hex}");
        return request;
    }

    public sealed record SignOptions
    {
        public string Id { get; init; } = SignedServer.Id;

        public string Secret { get; init; } = SignedServer.Secret;

        public string Region { get; init; } = "us-east-1";

        public string Service { get; init; } = "lambda";

        public DateTimeOffset? Time { get; init; }

        public string ContentType { get; init; } = "application/json";

        public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
    }
}
