using System.Diagnostics;
using System.Text;

namespace Dispatcher.Testing.Server;

/// <summary>
/// The real server in a process of its own, on a free port and a data folder of its own. It can be stopped or killed and
/// started again on the same folder and the same port.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const string ReadyPrefix = "Dispatcher is ready on ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dispatcher-test-");
    private readonly ServerOptions _options;
    private readonly StringBuilder _log = new();
    private Process? _process;
    private string _url = $"http://127.0.0.1:{FreePorts.Take()}";

    private ServerProcess(ServerOptions options) => _options = options;

    /// <summary>Where its API listens.</summary>
    public Uri Url => new(_url);

    /// <summary>Its data folder.</summary>
    public string Data => _options.Data ?? Path.Combine(_folder.FullName, "data");

    /// <summary>A folder for whatever else the test keeps; deleted with the server.</summary>
    public string Folder => _folder.FullName;

    /// <summary>The id of its process.</summary>
    public int ProcessId => Running.Id;

    /// <summary>Everything it logged so far, in all its lives.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    private Process Running => _process ?? throw new InvalidOperationException("the server is not running");

    /// <summary>The program: DISPATCHER_SERVER, which ./test sets, or what was built with the tests.</summary>
    public static string Program
        => Environment.GetEnvironmentVariable("DISPATCHER_SERVER") is { Length: > 0 } path
            ? path
            : Path.Combine(AppContext.BaseDirectory, "dispatcher");

    /// <summary>Starts a server and waits until it is ready.</summary>
    public static async Task<ServerProcess> StartAsync(ServerOptions? options = null)
    {
        var server = new ServerProcess(options ?? new ServerOptions());
        try
        {
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server after <see cref="StopAsync"/> or <see cref="KillAsync"/> and waits until it is ready.</summary>
    public async Task StartAgainAsync()
    {
        var ready = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = Process.Start(await StartInfoAsync()) ?? throw new InvalidOperationException($"{Program} did not start");
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.OutputDataReceived += (_, line) => Hear(line.Data, ready);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        if (await ready.Task.WaitAsync(Patience) is { } url)
        {
            _url = url;
            return;
        }

        throw new InvalidOperationException($"the server ended with {await ExitAsync()}: {Log}");
    }

    /// <summary>Asks it to stop (SIGTERM), waits for its end and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        Signals.Terminate(Running.Id);
        return await ExitAsync();
    }

    /// <summary>Kills it (SIGKILL) without its children and waits for its end.</summary>
    public async Task KillAsync()
    {
        Running.Kill();
        await ExitAsync();
    }

    /// <summary>Waits for its end, which it comes to by itself, and returns its exit code.</summary>
    public Task<int> EndAsync() => ExitAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await ExitAsync();
        }

        _process?.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<int> ExitAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        await Running.WaitForExitAsync(timeout.Token);
        return Running.ExitCode;
    }

    private async Task<ProcessStartInfo> StartInfoAsync()
    {
        string[] command = [.. _options.Launcher, Program, "serve", "--data", Data, "--url", _options.Url ?? _url, "--region", _options.Region, "--account", _options.Account];
        var info = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (_options.Config is { } config)
        {
            var file = Path.Combine(Folder, "config.json");
            await File.WriteAllTextAsync(file, config);
            info.ArgumentList.Add("--config");
            info.ArgumentList.Add(file);
        }

        // Settings of other tests in this process do not reach the server.
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("DISPATCHER__", StringComparison.Ordinal)).ToArray())
        {
            info.Environment.Remove(name);
        }

        foreach (var (name, value) in _options.Environment)
        {
            info.Environment[name] = value;
        }

        return info;
    }

    /// <summary>Waits for the ready line; the end of the output (null) without one is the end of the server.</summary>
    private void Hear(string? line, TaskCompletionSource<string?> ready)
    {
        Append(line);
        if (line is null)
        {
            ready.TrySetResult(null);
        }
        else if (line.StartsWith(ReadyPrefix, StringComparison.Ordinal))
        {
            ready.TrySetResult(line[ReadyPrefix.Length..].Split(' ')[0]);
        }
    }

    private void Append(string? line)
    {
        if (line is not null)
        {
            lock (_log)
            {
                _log.AppendLine(line);
            }
        }
    }
}
