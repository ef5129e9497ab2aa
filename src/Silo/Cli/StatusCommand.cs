using System.CommandLine;
using System.Text.Json;

namespace Dispatcher.Silo.Cli;

/// <summary><c>dispatcher status</c>: what the mappings of a running server do, and why one is stuck.</summary>
internal static class StatusCommand
{
    private const string Page = "/dispatcher/mappings";

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var mapping = new Argument<string?>("mapping") { Description = "UUID of a mapping; all mappings without one", Arity = ArgumentArity.ZeroOrOne };
        var url = AdminClient.UrlOption();
        var command = new Command("status", $"Show what mappings do: position, lag, what is in flight, batches in trouble and their next try. {AdminClient.TokenHelp}") { mapping, url };
        command.SetAction((parsed, cancellation) => AdminClient.RunAsync(
            parsed.GetValue(url)!, client => RunAsync(parsed.GetValue(mapping), client, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(string? mapping, HttpClient client, CancellationToken cancellation) => mapping is null
        ? await AllAsync(client, cancellation)
        : await ShowAsync(client, $"{Page}/{Uri.EscapeDataString(mapping)}", json => StatusTable.WriteMapping(Console.Out, json, DateTimeOffset.UtcNow), cancellation) is null ? 1 : 0;

    private static async Task<int> AllAsync(HttpClient client, CancellationToken cancellation)
    {
        for (var page = Page; page is not null;)
        {
            var head = page == Page;
            if (await ShowAsync(client, page, json => StatusTable.WriteList(Console.Out, json, head), cancellation) is not { } answer)
            {
                return 1;
            }

            page = answer.TryGetProperty("next", out var next) ? $"{Page}?after={next.GetString()}" : null;
        }

        return 0;
    }

    private static async Task<JsonElement?> ShowAsync(HttpClient client, string path, Action<JsonElement> show, CancellationToken cancellation)
    {
        var answer = await AdminClient.GetAsync(client, path, cancellation);
        if (answer is { } found)
        {
            show(found);
        }

        return answer;
    }
}
