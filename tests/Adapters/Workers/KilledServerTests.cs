using System.Diagnostics;
using Dispatcher.Testing;
using static Dispatcher.Adapters.Tests.Workers.WorkerSetup;

namespace Dispatcher.Adapters.Tests.Workers;

/// <summary>A server that gets no chance to clean up takes its workers with it.</summary>
public sealed class KilledServerTests
{
    private const string PidsFile = "DISPATCHER_TEST_PIDS";

    [Fact]
    public async Task Kill_Server_EndsItsWorkersAndTheNextOneTheirChildren()
    {
        using var folder = new TempFolder();
        var file = folder.File("pids");
        using var server = StartHost(file);
        await Eventually.TrueAsync(() => File.Exists(file), "the server's workers run");
        var pids = (await File.ReadAllLinesAsync(file, Cancel)).Select(int.Parse).ToList();
        Assert.Equal(3, pids.Count);
        Assert.All(pids, pid => Assert.True(WorkerFailureTests.IsAlive(pid)));
        server.Kill();
        await server.WaitForExitAsync(Cancel);
        await Eventually.TrueAsync(() => !pids[..2].Exists(WorkerFailureTests.IsAlive), "the workers end");
        await using var next = new WorkerSetup();
        await next.InvokeAsync(await next.BootstrapAsync("respond(next()[0], 1)"));
        await WorkerFailureTests.GoneAsync(pids[2]);
    }

    /// <summary>Not a test: the server that the test above kills, in a process of its own.</summary>
    [Fact(Explicit = true)]
    public async Task Host()
    {
        var file = Environment.GetEnvironmentVariable(PidsFile);
        Assert.SkipWhen(file is null, "runs only as a process of another test");
        await using var setup = new WorkerSetup();
        var idle = await setup.BootstrapAsync("""
            import subprocess
            while True:
                id, _, body = next()
                if body == b'"sleep"':
                    child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
                    print("busy", os.getpid(), child.pid, flush=True)
                    time.sleep(1000)
                respond(id, os.getpid())
            """, timeout: 900);
        var busy = setup.InvokeAsync(idle, "\"sleep\"");
        var pid = Text(await setup.InvokeAsync(idle));
        await Eventually.TrueAsync(() => setup.Log.Lines.Any(line => line.Contains("busy")), "the event is taken");
        var other = setup.Log.Lines.First(line => line.Contains("busy")).Split("busy ")[1].Trim();
        await File.WriteAllTextAsync(file + ".draft", $"{pid}\n{other.Replace(' ', '\n')}\n", Cancel);
        File.Move(file + ".draft", file);
        await busy;
    }

    private static Process StartHost(string file)
    {
        string[] arguments = ["-method", $"{typeof(KilledServerTests).FullName}.{nameof(Host)}", "-explicit", "only"];
        var start = new ProcessStartInfo(Path.ChangeExtension(typeof(KilledServerTests).Assembly.Location, null), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        };
        start.Environment[PidsFile] = file;
        start.Environment["TMPDIR"] = Path.GetDirectoryName(file); // it cannot clear away what it makes
        return Process.Start(start)!;
    }
}
