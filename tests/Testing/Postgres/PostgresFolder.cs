using System.Diagnostics;
using System.Globalization;

namespace Dispatcher.Testing.Postgres;

/// <summary>Everything that one PostgreSQL server has to itself: folder, port, settings.</summary>
internal sealed class PostgresFolder
{
    private readonly string _root = Directory.CreateTempSubdirectory("dispatcher-postgres-").FullName;

    /// <summary>Port on 127.0.0.1.</summary>
    public int Port { get; } = FreePorts.Take();

    /// <summary>The data folder.</summary>
    public string Data => Path.Combine(_root, "data");

    /// <summary>What the server prints.</summary>
    public string Output => Path.Combine(_root, "output.txt");

    /// <summary>The programs of the newest version that is installed; null where there is none.</summary>
    public static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
            .Select(one => Path.Combine(one, "bin"))
            .Where(one => File.Exists(Path.Combine(one, "postgres")))
            .OrderBy(one => one.Length).ThenBy(one => one)
            .LastOrDefault()
        : null;

    /// <summary>How a command is run as a user that the server accepts: it refuses to run as root.</summary>
    public static string AsUser => Environment.IsPrivilegedProcess ? "setpriv --reuid=postgres --regid=postgres --clear-groups" : "";

    /// <summary>Makes an empty cluster of databases that trusts every local user.</summary>
    public async Task InitializeAsync()
    {
        var owner = Environment.IsPrivilegedProcess ? $"chown postgres:postgres {_root} && " : "";
        await RunAsync("/bin/sh", "-c", $"{owner}exec {AsUser} {Programs}/initdb -D {Data} -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync");
        await File.AppendAllTextAsync(Path.Combine(Data, "postgresql.conf"), $"""
            listen_addresses = '127.0.0.1'
            port = {Port.ToString(CultureInfo.InvariantCulture)}
            unix_socket_directories = '{_root}'
            max_connections = 200

            """);
    }

    /// <summary>The number of the running server; null where none runs.</summary>
    public int? ProcessId() => PidLines() is [var first, ..] && int.TryParse(first, CultureInfo.InvariantCulture, out var pid) ? pid : null;

    /// <summary>Whether the server says that it takes connections.</summary>
    public bool IsReady() => PidLines() is { Length: >= 8 } lines && lines[7].Trim() == "ready";

    /// <summary>The end of what the server printed.</summary>
    public string LastOutput()
    {
        var text = File.Exists(Output) ? File.ReadAllText(Output) : "nothing was printed";
        return text.Length > 4_000 ? text[^4_000..] : text;
    }

    /// <summary>Removes what a killed server leaves, so that it is not taken for the next one's.</summary>
    public void ForgetProcess() => File.Delete(Path.Combine(Data, "postmaster.pid"));

    /// <summary>Removes everything.</summary>
    public void Delete() => Directory.Delete(_root, recursive: true);

    /// <summary>Runs a program to its end and returns what it printed.</summary>
    public async Task<string> RunAsync(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _root,
        };
        using var process = Process.Start(info) ?? throw new InvalidOperationException($"{program} did not start");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await output}{await error}");
    }

    private string[]? PidLines()
    {
        try
        {
            return File.ReadAllLines(Path.Combine(Data, "postmaster.pid"));
        }
        catch (IOException)
        {
            return null; // not there, or just being written
        }
    }
}
