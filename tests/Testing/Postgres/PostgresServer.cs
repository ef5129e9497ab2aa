using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Dispatcher.Testing.Postgres;

/// <summary>
/// The distribution's PostgreSQL as a server of a test: on loopback, with a port and a data folder of its own. It ends with this
/// process, even when this is killed: it hangs on a pipe.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    // Ends the server when the pipe (descriptor 3) closes, and itself when the server ends.
    private const string RunServer = """
        exec 3<&0
        output=$1; shift
        "$@" </dev/null >>"$output" 2>&1 3<&- &
        server=$!
        (read -r _ <&3; kill -QUIT "$server") 2>/dev/null &
        wait "$server"
        kill $! 2>/dev/null
        """;

    // The server is held while its children die, so that it cannot tidy up after them: as in a power cut. The next server needs
    // all of them to be gone; nobody may ever fetch the exit code of one, so a zombie counts as gone.
    private const string Kill = """
        kill -STOP "$1"
        until grep -q '^State:[[:space:]]*T' "/proc/$1/status"; do :; done
        children=$(cat "/proc/$1/task/$1/children")
        kill -KILL $children 2>/dev/null
        for child in $children; do
          while grep -q '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$child/status" 2>/dev/null; do sleep 0.02; done
        done
        kill -KILL "$1"
        """;

    private readonly PostgresFolder _folder = new();
    private Process? _process;
    private int _databases;

    private PostgresServer()
    {
    }

    /// <summary>Port on 127.0.0.1.</summary>
    public int Port => _folder.Port;

    /// <summary>Whether PostgreSQL is installed.</summary>
    public static bool Installed => PostgresFolder.Programs is not null;

    /// <summary>Skips the running test, with the reason, where PostgreSQL is not installed.</summary>
    public static void SkipIfMissing()
        => Assert.SkipUnless(Installed, "/usr/lib/postgresql/*/bin/postgres is missing: apt-get install postgresql");

    /// <summary>Starts a server without databases and waits until it serves.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer();
        try
        {
            await server._folder.InitializeAsync();
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connection string (Npgsql) of a database.</summary>
    public string Connection(string database) => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Database={database};Username=postgres");

    /// <summary>Makes an empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await SqlAsync("postgres", $"CREATE DATABASE {name}");
        return Connection(name);
    }

    /// <summary>Runs SQL with psql and returns what it printed, unaligned and without headings.</summary>
    public Task<string> SqlAsync(string database, string sql) => _folder.RunAsync(
        $"{PostgresFolder.Programs}/psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1",
        "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", "-d", database, "-c", sql);

    /// <summary>Starts the stopped or killed server again, with what it had.</summary>
    public async Task StartAgainAsync()
    {
        string[] user = PostgresFolder.AsUser.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] command = [.. user, $"{PostgresFolder.Programs}/postgres", "-D", _folder.Data];
        _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", RunServer, "sh", _folder.Output, .. command])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        }) ?? throw new InvalidOperationException("/bin/sh did not start");
        await Eventually.TrueAsync(() => _folder.IsReady() || _process.HasExited, "PostgreSQL takes connections");
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"PostgreSQL did not start: {_folder.LastOutput()}");
        }
    }

    /// <summary>Kills the server with all of its processes (SIGKILL), as a power cut would, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        await EndAsync(pid => _folder.RunAsync("/bin/sh", "-c", Kill, "sh", pid));
        _folder.ForgetProcess();
    }

    /// <summary>Stops the server in order, breaking its connections (SIGINT), and waits until it is gone.</summary>
    public Task StopAsync() => EndAsync(pid => _folder.RunAsync("/bin/sh", "-c", "kill -INT \"$1\"", "sh", pid));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        _folder.Delete();
    }

    private async Task EndAsync(Func<string, Task> end)
    {
        if (_process is { } process && _folder.ProcessId() is { } pid)
        {
            _process = null;
            await end(pid.ToString(CultureInfo.InvariantCulture));
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }
    }
}
