using System.CommandLine;
using System.Net;
using System.Text.Json;

namespace Dispatcher.Silo.Cli;

/// <summary>Asks a running server for what only its administrators may see.</summary>
internal static class AdminClient
{
    /// <summary>For the help of commands.</summary>
    public const string TokenHelp = "A server with access keys wants its admin token in DISPATCHER__ADMINTOKEN__VALUE.";

    /// <summary>The admin token of a server with access keys; not an option, which every user of the machine could see.</summary>
    private const string TokenVariable = "DISPATCHER__ADMINTOKEN__VALUE";

    /// <summary>The option that names the server.</summary>
    public static Option<string> UrlOption()
        => new("--url") { Description = "The server", HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:9000" };

    /// <summary>Runs a command against a server; where that cannot be reached it says so and returns 1.</summary>
    public static async Task<int> RunAsync(string url, Func<HttpClient, Task<int>> command)
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
            return await command(client);
        }
        catch (HttpRequestException e)
        {
            return Terminal.Fail($"{url} does not answer: {e.Message}");
        }
        catch (JsonException)
        {
            return Terminal.Fail($"{url} does not answer as the API of a Dispatcher server (a silo behind gateways has none: ask a gateway)");
        }
    }

    /// <summary>Reads a page; null, and a line that says why, where the server refuses it.</summary>
    public static async Task<JsonElement?> GetAsync(HttpClient client, string path, CancellationToken cancellation)
    {
        using var response = await client.GetAsync(path, cancellation);
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
        if (response.IsSuccessStatusCode)
        {
            return json.RootElement.Clone();
        }

        var reason = json.RootElement.TryGetProperty("Message", out var text) || json.RootElement.TryGetProperty("message", out text) ? text.GetString() : null;
        var help = response.StatusCode == HttpStatusCode.Forbidden ? $". {TokenHelp}" : "";
        Terminal.Fail((reason ?? $"the server answered {(int)response.StatusCode}") + help);
        return null;
    }
}
