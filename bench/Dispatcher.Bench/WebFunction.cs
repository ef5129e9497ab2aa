using System.Diagnostics;

namespace Dispatcher.Bench;

/// <summary>An HTTP function in Node.js, in a process of its own (bench/wrk/function.mjs).</summary>
internal sealed class WebFunction : IDisposable
{
    private readonly Process _process;

    private WebFunction(Process process, string url) => (_process, Url) = (process, url);

    public string Url { get; }

    public static async Task<WebFunction> StartAsync()
    {
        var info = new ProcessStartInfo("node", [Path.Combine(Wrk.Scripts, "function.mjs")]) { RedirectStandardOutput = true, UseShellExecute = false };
        var process = Process.Start(info)!;
        return new WebFunction(process, $"http://127.0.0.1:{await process.StandardOutput.ReadLineAsync()}/");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
