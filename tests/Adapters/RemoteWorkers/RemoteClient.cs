using System.Net;

namespace Dispatcher.Adapters.Tests.RemoteWorkers;

/// <summary>A worker's side of the Runtime API, one connection at a time as AWS's clients have it; disposing closes it.</summary>
internal sealed class RemoteClient(Uri url, string? host = null, string agent = "aws-lambda-go/1.22", string path = "") : IDisposable
{
    private const string Base = "/2018-06-01/runtime/";

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1, UseProxy = false })
    {
        BaseAddress = url,
        Timeout = TimeSpan.FromSeconds(120),
    };

    /// <summary>More headers of every request.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    /// <summary>Asks for the next event: its request id and payload.</summary>
    public async Task<(string Id, string Payload)> NextAsync()
    {
        using var answer = await SendAsync(HttpMethod.Get, "invocation/next");
        var text = await answer.Content.ReadAsStringAsync(RemoteSetup.Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode} {text}");
        return (answer.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single(), text);
    }

    /// <summary>Answers an event; returns the status.</summary>
    public Task<HttpStatusCode> RespondAsync(string id, string text) => StatusAsync(HttpMethod.Post, $"invocation/{id}/response", text);

    /// <summary>The status of any request.</summary>
    public async Task<HttpStatusCode> StatusAsync(HttpMethod method, string place, string? text = null)
    {
        using var answer = await SendAsync(method, place, text);
        return answer.StatusCode;
    }

    /// <summary>Any request.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string place, string? text = null)
    {
        var request = new HttpRequestMessage(method, path + Base + place);
        request.Headers.Host = host;
        request.Headers.TryAddWithoutValidation("User-Agent", agent);
        foreach (var (name, value) in Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Content = text is null ? null : new StringContent(text);
        return _http.SendAsync(request, RemoteSetup.Cancel);
    }

    public void Dispose() => _http.Dispose();
}
