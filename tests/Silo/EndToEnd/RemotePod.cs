using System.Diagnostics;
using Dispatcher.Testing.Functions;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>A pod that runs a function's image: AWS's runtime client with a handler, and, where wanted, a proxy that shows the token.</summary>
internal sealed class RemotePod : IDisposable
{
    private readonly List<Process> _processes = [];

    /// <summary>The runtime client; the last process that was started.</summary>
    public Process Client => _processes[^1];

    /// <summary>A pod whose client has the token in the path of its address.</summary>
    public static RemotePod WithPath(string folder, Uri workers, string token, string handler = "index.handler")
    {
        var pod = new RemotePod();
        pod.Run(folder, $"{workers.Authority}/{token}", handler);
        return pod;
    }

    /// <summary>A pod with a proxy beside the client, which sends the token and the pod's name in headers.</summary>
    public static async Task<RemotePod> WithProxyAsync(string folder, Uri workers, string token, string handler = "index.handler")
    {
        var pod = new RemotePod();
        var script = Path.Combine(folder, "proxy.cjs");
        await File.WriteAllTextAsync(script, """
            const http = require('http');
            const [, , target, token] = process.argv;
            const server = http.createServer((from, to) => {
              const headers = { ...from.headers, authorization: `Bearer ${token}`, 'dispatcher-worker': 'pod-1' };
              const url = new URL(from.url, target);
              const request = http.request(url, { method: from.method, headers }, (answer) => {
                to.writeHead(answer.statusCode, answer.headers);
                answer.pipe(to);
              });
              request.on('error', () => to.destroy());
              to.on('close', () => request.destroy());
              from.pipe(request);
            });
            server.listen(0, '127.0.0.1', () => console.log(server.address().port));
            """);
        var proxy = pod.Start("node", [script, workers.ToString(), token], folder, redirect: true);
        var port = await proxy.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        pod.Run(folder, $"127.0.0.1:{port}", handler);
        return pod;
    }

    /// <summary>Kills the runtime client and starts it anew, as Kubernetes does.</summary>
    public void Restart(string folder)
    {
        var api = Client.StartInfo.Environment["AWS_LAMBDA_RUNTIME_API"]!;
        Client.Kill();
        Client.WaitForExit();
        Run(folder, api, "index.handler");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            process.Dispose();
        }
    }

    private void Run(string folder, string api, string handler)
        => Start("node", [LambdaRic.Program(), handler], folder, redirect: false, ("AWS_LAMBDA_RUNTIME_API", api));

    private Process Start(string program, string[] arguments, string folder, bool redirect, params (string Name, string Value)[] variables)
    {
        var info = new ProcessStartInfo(program, arguments) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = redirect };
        foreach (var (name, value) in variables)
        {
            info.Environment[name] = value;
        }

        var process = Process.Start(info) ?? throw new InvalidOperationException($"{program} did not start");
        _processes.Add(process);
        return process;
    }
}
