using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Workers.Processes;

/// <summary>
/// Starts worker processes, each the leader of a session and process group of its own (<c>setsid</c>), and such that the
/// kernel kills it when this process dies (<c>setpriv --pdeathsig</c>). That signal is sent when the <em>thread</em> ends
/// that started the process, so all are started by one thread that lives as long as this object.
/// </summary>
internal sealed partial class Launcher : IDisposable
{
    private readonly BlockingCollection<Order> _orders = new(boundedCapacity: 1024);
    private readonly string[] _prefix;
    private readonly Thread _thread;

    public Launcher(ILogger log)
    {
        _prefix = Prefix(log);
        _thread = new Thread(Run) { IsBackground = true, Name = "worker launcher" };
        _thread.Start();
    }

    /// <summary>Starts a program with exactly the environment given. Its input is empty, its outputs are pipes.</summary>
    /// <exception cref="Win32Exception">The program cannot be started.</exception>
    public Task<Process> StartAsync(
        IReadOnlyList<string> command, string folder, IReadOnlyDictionary<string, string> environment)
    {
        var order = new Order(
            Describe([.. _prefix, .. command], folder, environment),
            new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously));
        _orders.Add(order, CancellationToken.None);
        return order.Started.Task;
    }

    /// <summary>Ends the thread, and with it every process that still runs.</summary>
    public void Dispose()
    {
        _orders.CompleteAdding();
        _thread.Join();
        _orders.Dispose();
    }

    private void Run()
    {
        foreach (var order in _orders.GetConsumingEnumerable())
        {
            try
            {
                var process = Process.Start(order.Start) ?? throw new InvalidOperationException("No process was started.");
                process.StandardInput.Close();
                order.Started.SetResult(process);
            }
            catch (Exception error)
            {
                order.Started.SetException(error);
            }
        }
    }

    private static ProcessStartInfo Describe(
        string[] command, string folder, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>What stands before every command on this machine; shorter, with a warning, where util-linux is not there.</summary>
    private static string[] Prefix(ILogger log)
    {
        string[] session = Programs.Find("setsid") is { } setsid ? [setsid] : [];
        string[] death = Programs.Find("setpriv") is { } setpriv ? [setpriv, "--pdeathsig", "KILL", "--"] : [];
        if (death.Length > 0 && !Works([.. death, Programs.Find("true") ?? "/bin/true"]))
        {
            death = [];
        }

        if (session.Length == 0 || death.Length == 0)
        {
            LogNoTools(log);
        }

        return [.. session, .. death];
    }

    private static bool Works(string[] command)
    {
        using var process = Process.Start(Describe(command, "/", new Dictionary<string, string>()));
        process?.WaitForExit();
        return process?.ExitCode == 0;
    }

    [LoggerMessage(1, LogLevel.Warning,
        "setsid or 'setpriv --pdeathsig' of util-linux is not there: workers may outlive a server that is killed",
        EventName = "WorkerToolsMissing")]
    private static partial void LogNoTools(ILogger log);

    private sealed record Order(ProcessStartInfo Start, TaskCompletionSource<Process> Started);
}
