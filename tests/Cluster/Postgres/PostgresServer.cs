using System.Diagnostics;
using System.Globalization;
using Dispatcher.Testing;
using Npgsql;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

namespace Dispatcher.Cluster.Tests.Postgres;

/// <summary>A PostgreSQL server of the test's own: loopback, a free port, a data folder under the temporary folder.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly string _programs;
    private string _addresses = "127.0.0.1";

    private PostgresServer(string folder, string programs, int port) => (_folder, _programs, Port) = (folder, programs, port);

    /// <summary>For Npgsql.</summary>
    public string ConnectionString
        => $"Host=127.0.0.1;Port={Port.ToString(CultureInfo.InvariantCulture)};Username=postgres;Database=postgres;Pooling=true";

    /// <summary>The port it listens on.</summary>
    public int Port { get; }

    /// <summary>For Npgsql, by another address.</summary>
    public string ConnectionStringBy(string address) => ConnectionString.Replace("127.0.0.1", address, StringComparison.Ordinal);

    /// <summary>Starts a server; skips the test where PostgreSQL is not installed.</summary>
    /// <param name="address">Another address than the loopback's to listen on.</param>
    /// <param name="clients">The network that may connect by it.</param>
    public static async Task<PostgresServer> StartAsync(string? address = null, string? clients = null)
    {
        var programs = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(d => Path.Combine(d, "bin")).FirstOrDefault()
            : null;
        Assert.SkipWhen(programs is null, "PostgreSQL is not installed (Debian: apt-get install postgresql)");
        var folder = Directory.CreateTempSubdirectory("dispatcher-postgres-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0x1FF);
        var server = new PostgresServer(folder, programs!, FreePorts.Take());
        await server.RunAsync("initdb", "-A", "trust", "-U", "postgres", "-D", server.Data);
        if (clients is not null)
        {
            await server.RunAsync("/bin/sh", "-c", $"echo host all all {clients} trust >>{server.Data}/pg_hba.conf");
        }

        server._addresses = address is null ? "127.0.0.1" : $"127.0.0.1,{address}";
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it after <see cref="CrashAsync"/>; returns when it takes connections.</summary>
    public Task StartAgainAsync() => RunAsync(
        "pg_ctl", "start", "-w", "-D", Data, "-l", Path.Combine(Data, "server.log"), "-o",
        $"-p {Port.ToString(CultureInfo.InvariantCulture)} -c listen_addresses={_addresses} -c unix_socket_directories={_folder} -c fsync=off");

    /// <summary>Ends it without a checkpoint and breaks all connections; what was committed is there after the next start.</summary>
    public Task CrashAsync() => RunAsync("pg_ctl", "stop", "-m", "immediate", "-D", Data);

    /// <summary>Stops it in order, which breaks all connections, and starts it again.</summary>
    public async Task RestartAsync()
    {
        await RunAsync("pg_ctl", "stop", "-w", "-m", "fast", "-D", Data);
        await StartAgainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            await CrashAsync();
        }

        await RunAsync("/bin/rm", "-rf", Data);
        Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Runs a program of PostgreSQL, which refuses to work for root.</summary>
    private async Task RunAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(_programs, program);
        var start = new ProcessStartInfo(Environment.UserName == "root" ? "runuser" : path) { WorkingDirectory = "/" };
        if (Environment.UserName == "root")
        {
            foreach (var one in new[] { "-u", "postgres", "--", path })
            {
                start.ArgumentList.Add(one);
            }
        }

        foreach (var one in arguments)
        {
            start.ArgumentList.Add(one);
        }

        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode.ToString(CultureInfo.InvariantCulture)}");
    }
}
