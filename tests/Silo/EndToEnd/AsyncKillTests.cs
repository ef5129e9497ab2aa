using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Dispatcher.Contracts;
using Dispatcher.Testing;
using Dispatcher.Testing.Functions;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>What a 202 is worth when the server dies before the function has dealt with the event.</summary>
public sealed class AsyncKillTests
{
    private const int Pushed = 20;
    private const string Config = """
        {"Push":{"orders":{"Kind":"CloudEvents","Functions":["f"],"Token":{"Value":"t"}},
                 "images":{"Kind":"S3","Functions":["f"],"SourceArn":"arn:aws:s3:::images","Token":{"Value":"u"}}}}
        """;

    [Fact]
    public async Task Kill_BetweenTheAnswerAndTheEnd_LosesNoEvent()
    {
        await using var function = await GatedFunction.StartAsync();
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Config = Config });
        await CreateAsync(new Api(server.Url), function.Url);
        using var client = new HttpClient { BaseAddress = server.Url };

        var taken = new ConcurrentBag<string>();
        await PushAsync(client, taken);
        var sending = Task.WhenAll(Enumerable.Range(0, 4).Select(sender => SendUntilItDiesAsync(client, sender, taken)));
        await Eventually.TrueAsync(
            () => function.Begun >= Limits.AsyncEventsInFlight && taken.Count > 4 * Limits.AsyncEventsInFlight, "events run, and more of them wait");
        await server.KillAsync();
        await sending;
        Assert.Empty(function.Ended);

        await server.StartAgainAsync();
        function.Open();

        await Eventually.TrueAsync(() => function.Ended.IsSupersetOf(taken), $"all {taken.Count} events are dealt with");
    }

    private static async Task CreateAsync(Api api, string url)
    {
        (await api.LambdaAsync(HttpMethod.Post, "/2015-03-31/functions", new JsonObject
        {
            ["FunctionName"] = "f", ["PackageType"] = "Image", ["Role"] = "arn:aws:iam::000000000000:role/r", ["Timeout"] = 300,
            ["Code"] = new JsonObject { ["ImageUri"] = url },
        })).Must(HttpStatusCode.Created);
        foreach (var principal in (string[])["events", "s3"])
        {
            (await api.LambdaAsync(HttpMethod.Post, "/2015-03-31/functions/f/policy", new JsonObject
            {
                ["StatementId"] = principal, ["Action"] = "lambda:InvokeFunction", ["Principal"] = $"{principal}.amazonaws.com",
            })).Must(HttpStatusCode.Created);
        }
    }

    /// <summary>A batch of CloudEvents, and a notification of a bucket.</summary>
    private static async Task PushAsync(HttpClient client, ConcurrentBag<string> taken)
    {
        var events = Enumerable.Range(0, Pushed).Select(i => $$"""{"specversion":"1.0","id":"{{i}}","source":"s","type":"t"}""").ToArray();
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(client, "orders", "t", "application/cloudevents-batch+json", $"[{string.Join(',', events)}]"));
        const string notification = """{"Records":[{"eventSource":"aws:s3","s3":{"bucket":{"name":"images"},"object":{"key":"a"}}}]}""";
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(client, "images", "u", "application/json", notification));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(client, "images", "t", "application/json", notification));
        foreach (var one in events.Append(notification))
        {
            taken.Add(one);
        }
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string source, string token, string type, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/dispatcher/push/{source}") { Content = new StringContent(body, Encoding.UTF8) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private static async Task SendUntilItDiesAsync(HttpClient client, int sender, ConcurrentBag<string> taken)
    {
        for (var i = 0; ; i++)
        {
            var text = $"\"{sender}-{i}\"";
            using var request = new HttpRequestMessage(HttpMethod.Post, "/2015-03-31/functions/f/invocations") { Content = new StringContent(text) };
            request.Headers.Add("X-Amz-Invocation-Type", "Event");
            try
            {
                using var answer = await client.SendAsync(request);
                Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
                taken.Add(text);
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }
}
