using System.CommandLine;
using System.Text.Json;

namespace Dispatcher.Silo.Cli;

/// <summary><c>dispatcher worker-token</c>: the token for the pods of a function that is run by remote workers.</summary>
internal static class WorkerTokenCommand
{
    private const string Page = "/dispatcher/worker-tokens";

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        var function = new Argument<string>("function") { Description = "Name of the function" };
        var version = new Option<string?>("--qualifier") { Description = "A published version; its workers have a token of their own", HelpName = "VERSION" };
        var url = AdminClient.UrlOption();
        var command = new Command(
            "worker-token",
            $"Print the token with which pods fetch the events of a function (PackageType Image). {AdminClient.TokenHelp}")
        {
            function,
            version,
            url,
        };
        command.SetAction((parsed, cancellation) => AdminClient.RunAsync(
            parsed.GetValue(url)!,
            client => PrintAsync(client, Path(parsed.GetValue(function)!, parsed.GetValue(version)), cancellation)));
        return command;
    }

    private static string Path(string function, string? version)
        => $"{Page}/{Uri.EscapeDataString(function)}" + (version is null ? "" : $"?Qualifier={Uri.EscapeDataString(version)}");

    private static async Task<int> PrintAsync(HttpClient client, string path, CancellationToken cancellation)
    {
        JsonElement? answer = await AdminClient.GetAsync(client, path, cancellation);
        if (answer is { } found)
        {
            Console.Out.WriteLine(found.GetProperty("token").GetString());
        }

        return answer is null ? 1 : 0;
    }
}
