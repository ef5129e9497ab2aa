using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Dispatcher.Testing.RabbitMq;

/// <summary>
/// The distribution's RabbitMQ as a server of a test: on loopback, with ports, node name, cookie and folders of its own. It
/// and its port mapper end with this process, even when this is killed: both hang on a pipe.
/// </summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    private const string Programs = "/usr/lib/rabbitmq/bin";

    // Ends the broker when the pipe (descriptor 3) closes, and itself when the broker ends.
    private const string RunBroker = """
        exec 3<&0
        "$1" </dev/null >>"$2" 2>&1 3<&- &
        broker=$!
        (read -r _ <&3; kill -KILL "$(cat "$3")") 2>/dev/null &
        wait "$broker"
        kill $! 2>/dev/null
        """;

    // Ends at a line. Where the pipe closes without one, the test process is gone: then the broker and its tools end first,
    // because they would start a mapper again.
    private const string RunMapper = """
        exec 3<&0
        epmd -port "$1" -address 127.0.0.1 </dev/null >/dev/null 2>&1 3<&- &
        read -r _ <&3 || sleep 3
        kill $!
        wait
        """;

    private readonly RabbitMqFolder _folder;
    private Process? _mapper;
    private Process? _broker;

    private RabbitMqServer(RabbitMqFolder folder) => _folder = folder;

    /// <summary>The user that may do everything.</summary>
    public static string User => RabbitMqFolder.User;

    /// <summary>Its password.</summary>
    public static string Password => RabbitMqFolder.Password;

    /// <summary>Port of the plain listener.</summary>
    public int Port => _folder.Port;

    /// <summary><c>amqp://127.0.0.1:port</c>.</summary>
    public string Url => $"amqp://127.0.0.1:{_folder.Port}";

    /// <summary><c>amqps://localhost:port</c>.</summary>
    public string TlsUrl => $"amqps://localhost:{_folder.TlsPort}";

    /// <summary>PEM file of the authority that signed the server's certificate.</summary>
    public string CaFile => _folder.CaFile;

    /// <summary>Skips the running test, with the reason, where RabbitMQ is not installed.</summary>
    public static void SkipIfMissing() => Assert.SkipUnless(
        Installed, $"{Programs}/rabbitmq-server is missing: apt-get install rabbitmq-server");

    /// <summary>Whether RabbitMQ is installed.</summary>
    public static bool Installed => File.Exists($"{Programs}/rabbitmq-server");

    /// <summary>Starts a server with empty folders and waits until it serves.</summary>
    public static async Task<RabbitMqServer> StartAsync()
    {
        var server = new RabbitMqServer(RabbitMqFolder.Create());
        try
        {
            server._mapper = server.Shell(RunMapper, server._folder.MapperPort.ToString(CultureInfo.InvariantCulture));

            // Erlang would start a port mapper of its own, which nobody ends, if this one did not answer yet.
            await Eventually.TrueAsync(() => Answers(server._folder.MapperPort), "the port mapper answers");
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the stopped or killed server again, with what it had.</summary>
    public async Task StartAgainAsync()
    {
        File.Delete(_folder.PidFile);
        _broker = Shell(RunBroker, $"{Programs}/rabbitmq-server", _folder.Output, _folder.PidFile);
        try
        {
            await ControlAsync("wait", "--timeout", "60", _folder.PidFile);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException($"RabbitMQ did not start: {_folder.LastOutput()}", e);
        }
    }

    /// <summary>Kills the server as a power cut would (SIGKILL) and waits until it is gone.</summary>
    public Task KillAsync() => EndAsync("-KILL");

    /// <summary>Stops the server in order (SIGTERM) and waits until it is gone.</summary>
    public Task StopAsync() => EndAsync("-TERM");

    /// <summary>Runs <c>rabbitmqctl</c> and returns what it printed.</summary>
    public Task<string> ControlAsync(params string[] arguments) => RunAsync($"{Programs}/rabbitmqctl", ["-q", .. arguments]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { _broker, _mapper })
        {
            if (process is not null)
            {
                if (!process.HasExited)
                {
                    await process.StandardInput.WriteLineAsync();
                }

                process.StandardInput.Close();
                await process.WaitForExitAsync(CancellationToken.None);
                process.Dispose();
            }
        }

        _folder.Delete();
    }

    private async Task EndAsync(string signal)
    {
        if (_broker is { } broker)
        {
            _broker = null;
            await RunAsync("/bin/sh", ["-c", "kill \"$1\" \"$2\"", "sh", signal, await File.ReadAllTextAsync(_folder.PidFile)]);
            await broker.WaitForExitAsync(CancellationToken.None);
            broker.Dispose();
        }
    }

    private static async Task<bool> Answers(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private Process Shell(string script, params string[] arguments)
        => Process.Start(_folder.Info("/bin/sh", ["-c", script, "sh", .. arguments]))
            ?? throw new InvalidOperationException("/bin/sh did not start");

    private async Task<string> RunAsync(string program, string[] arguments)
    {
        var info = _folder.Info(program, arguments);
        (info.RedirectStandardOutput, info.RedirectStandardError) = (true, true);
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
}
