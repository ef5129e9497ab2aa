using System.Net.Http.Headers;
using System.Text;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Gateway.Push;
using Dispatcher.Gateway.Tests.Versions;
using Dispatcher.Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.Tests.Push;

/// <summary>A gateway with access keys, two push sources and a function that both may call.</summary>
internal sealed class PushServer : IAsyncDisposable
{
    public const string BucketToken = "bucket-token";
    public const string EventToken = "event-token";

    private PushServer(GatewayServer gateway, TakenEvents taken) => (Gateway, Taken) = (gateway, taken);

    public GatewayServer Gateway { get; }

    public TakenEvents Taken { get; }

    public static async Task<PushServer> StartAsync(Action<DispatcherConfig>? change = null)
    {
        var config = new DispatcherConfig
        {
            Push =
            {
                ["uploads"] = new PushSourceConfig
                {
                    Kind = "S3", Functions = ["f"], SourceArn = "arn:aws:s3:::images", Token = new SecretConfig { Value = BucketToken },
                },
                ["orders"] = new PushSourceConfig
                {
                    Kind = "CloudEvents", Functions = ["f"], SourceArn = "arn:aws:events:us-east-1:000000000000:rule/orders",
                    Token = new SecretConfig { Value = EventToken },
                },
            },
        };
        change?.Invoke(config);
        var taken = new TakenEvents();
        var gateway = await GatewayServer.StartAsync(services =>
        {
            services.AddSingleton(config);
            services.AddSingleton<IAsyncInvoker>(taken);
            services.AddPushSources();
        });
        (await gateway.CreateFunctionAsync()).Succeeds(201);
        return new PushServer(gateway, taken);
    }

    /// <summary>Lets a principal call the function or one of its aliases.</summary>
    public async Task AllowAsync(string principal, string? arn = null, string? account = null, string function = "f", string? qualifier = null)
    {
        var more = (arn is null ? "" : $",\"SourceArn\":\"{arn}\"") + (account is null ? "" : $",\"SourceAccount\":\"{account}\"");
        (await Gateway.SendAsync(
            "POST", $"{VersionServer.Functions}/{function}/policy" + (qualifier is null ? "" : $"?Qualifier={qualifier}"),
            $$"""{"StatementId":"s{{Guid.NewGuid():N}}","Action":"lambda:InvokeFunction","Principal":"{{principal}}"{{more}}}""")).Succeeds(201);
    }

    public Task<WireAnswer> PushAsync(string source, string token, string body, string? type = "application/json", params (string, string)[] headers)
        => PushAsync(source, token, Encoding.UTF8.GetBytes(body), type, headers);

    public async Task<WireAnswer> PushAsync(string source, string token, byte[] body, string? type, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/dispatcher/push/{source}") { Content = new ByteArrayContent(body) };
        if (type is not null)
        {
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Gateway.Client.SendAsync(request);
        var all = response.Headers.ToDictionary(one => one.Key, one => string.Join(',', one.Value), StringComparer.OrdinalIgnoreCase);
        return new WireAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), all);
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    /// <summary>Keeps what is taken, or refuses it all.</summary>
    internal sealed class TakenEvents : IAsyncInvoker
    {
        public List<(string Function, string Payload)> All { get; } = [];

        public int Calls { get; private set; }

        public ServiceException? Refusal { get; set; }

        public string[] Payloads => [.. All.Select(one => one.Payload)];

        public ValueTask AcceptAsync(IReadOnlyList<InvocationRequest> requests, CancellationToken cancellation)
        {
            Calls++;
            if (Refusal is { } refusal)
            {
                return ValueTask.FromException(refusal);
            }

            All.AddRange(requests.Select(one => (one.Function.ToString(), Encoding.UTF8.GetString(one.Payload.Span))));
            return ValueTask.CompletedTask;
        }
    }
}
