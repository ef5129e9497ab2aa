using System.CommandLine;
using System.Text.Json;

namespace Dispatcher.Silo.Cli;

/// <summary><c>dispatcher status</c>: what the mappings of a running server do, and why one is stuck.</summary>
internal static class StatusCommand
{
    /// <summary>The admin token of a server with access keys; not an option, which every user of the machine could see.</summary>
    private const string TokenVariable = "DISPATCHER__ADMINTOKEN__VALUE";

    private const string Page = "/dispatcher/mappings";

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var mapping = new Argument<string?>("mapping") { Description = "UUID of a mapping; all mappings without one", Arity = ArgumentArity.ZeroOrOne };
        var url = new Option<string>("--url") { Description = "The server", HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:9000" };
        var command = new Command("status", "Show what mappings do: position, lag, what is in flight, batches in trouble and their next try. A server with access keys wants its admin token in DISPATCHER__ADMINTOKEN__VALUE.") { mapping, url };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(mapping), parsed.GetValue(url)!, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? mapping, string url, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
        {
            return Terminal.Fail($"--url '{url}' must be http://HOST:PORT");
        }

        using var client = new HttpClient { BaseAddress = server };
        if (Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        try
        {
            return mapping is null
                ? await AllAsync(client, cancellation)
                : await ShowAsync(client, $"{Page}/{Uri.EscapeDataString(mapping)}", json => StatusTable.WriteMapping(Console.Out, json, DateTimeOffset.UtcNow), cancellation) is null ? 1 : 0;
        }
        catch (HttpRequestException e)
        {
            return Terminal.Fail($"{url} does not answer: {e.Message}");
        }
        catch (JsonException)
        {
            return Terminal.Fail($"{url} is not a Dispatcher server");
        }
    }

    private static async Task<int> AllAsync(HttpClient client, CancellationToken cancellation)
    {
        StatusTable.WriteHead(Console.Out);
        for (var page = Page; page is not null;)
        {
            if (await ShowAsync(client, page, json => StatusTable.WriteList(Console.Out, json), cancellation) is not { } answer)
            {
                return 1;
            }

            page = answer.TryGetProperty("next", out var next) ? $"{Page}?after={next.GetString()}" : null;
        }

        return 0;
    }

    private static async Task<JsonElement?> ShowAsync(HttpClient client, string path, Action<JsonElement> show, CancellationToken cancellation)
    {
        using var response = await client.GetAsync(path, cancellation);
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
        if (!response.IsSuccessStatusCode)
        {
            var reason = json.RootElement.TryGetProperty("Message", out var text) || json.RootElement.TryGetProperty("message", out text) ? text.GetString() : null;
            Terminal.Fail(reason ?? $"the server answered {(int)response.StatusCode}");
            return null;
        }

        show(json.RootElement);
        return json.RootElement.Clone();
    }
}
