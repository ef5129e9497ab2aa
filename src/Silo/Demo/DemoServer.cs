using System.Diagnostics;
using System.Runtime.InteropServices;
using Dispatcher.Silo.Configuration;
using Dispatcher.Silo.Hosting;

namespace Dispatcher.Silo.Demo;

/// <summary>The server of the demo: this program, in a child process, on a free port.</summary>
internal sealed partial class DemoServer : IAsyncDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly Process _process;

    private DemoServer(Process process, Uri url) => (_process, Url) = (process, url);

    /// <summary>Where its API listens.</summary>
    public Uri Url { get; }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <exception cref="DemoException">It ended instead; it has said why on standard error.</exception>
    public static async Task<DemoServer> StartAsync(string data, CancellationToken cancellation)
    {
        string[] arguments = ["serve", "--data", data, "--url", "http://127.0.0.1:0", "--log-level", "Warning"];
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var name in start.Environment.Keys.Where(IsAccess).ToArray())
        {
            start.Environment.Remove(name);
        }

        var process = Process.Start(start)
            ?? throw new DemoException("the server did not start");
        try
        {
            var ready = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
            process.OutputDataReceived += (_, line) => Hear(line.Data, ready);
            process.BeginOutputReadLine();
            var url = await ready.Task.WaitAsync(Patience, cancellation) ?? throw new DemoException("the server did not start");
            return new DemoServer(process, new Uri(url));
        }
        catch
        {
            await EndAsync(process);
            throw;
        }
    }

    /// <summary>Asks it to stop and waits for its end.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited && Kill(_process.Id, SigTerm) == 0)
        {
            using var timeout = new CancellationTokenSource(Patience);
            await _process.WaitForExitAsync(timeout.Token);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => EndAsync(_process);

    /// <summary>Waits for the ready line; the end of the output (null) without one is the end of the server.</summary>
    private static void Hear(string? line, TaskCompletionSource<string?> ready)
    {
        if (line is null)
        {
            ready.TrySetResult(null);
        }
        else if (line.StartsWith(Welcome.ReadyPrefix, StringComparison.Ordinal))
        {
            ready.TrySetResult(line[Welcome.ReadyPrefix.Length..].Split(' ')[0]);
        }
    }

    /// <summary>The demo signs nothing: its server is on the loopback device and has no access keys of the environment.</summary>
    private static bool IsAccess(string variable)
        => variable.StartsWith($"{ConfigReader.EnvironmentPrefix}ACCESSKEYS__", StringComparison.OrdinalIgnoreCase)
            || variable.StartsWith($"{ConfigReader.EnvironmentPrefix}ADMINTOKEN__", StringComparison.OrdinalIgnoreCase);

    private static async ValueTask EndAsync(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
