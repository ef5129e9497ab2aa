using System.Text;
using Dispatcher.Testing;
using static Dispatcher.Adapters.Tests.Workers.WorkerSetup;

namespace Dispatcher.Adapters.Tests.Workers;

/// <summary>What happens when workers die, hang or shout.</summary>
public sealed class WorkerFailureTests : IAsyncDisposable
{
    private readonly WorkerSetup _setup = new();

    public ValueTask DisposeAsync() => _setup.DisposeAsync();

    [Fact]
    public async Task Invoke_RunsTooLong_IsKilledWithItsChildren()
    {
        var plan = await _setup.BootstrapAsync("""
            import subprocess
            child = subprocess.Popen(["sleep", "1000"])
            id, _, _ = next()
            print(os.getpid(), child.pid, flush=True)
            time.sleep(1000)
            """, timeout: 1);
        var request = Request(plan, "{}") with { LogTail = true };
        var outcome = await _setup.InvokeAsync(plan, request);
        var error = Error(outcome);
        Assert.Equal(("Unhandled", "Sandbox.Timedout"), (error.Kind, error.ErrorType));
        Assert.Matches(
            $$"""RequestId: {{request.RequestId}} Error: Task timed out after 1.00 seconds"}$""", Encoding.UTF8.GetString(error.Payload.Span));
        Assert.Contains("Task timed out after 1.00 seconds", Tail(outcome));
        var pids = Tail(outcome).Split('\n')[1].Split(' ').Select(int.Parse);
        Assert.All(pids, pid => Assert.False(IsAlive(pid)));
    }

    [Theory]
    [InlineData("sys.exit(3)", "Runtime exited with error: exit status 3")]
    [InlineData("sys.exit(0)", "Runtime exited without providing a reason")]
    [InlineData("os.kill(os.getpid(), 9)", "Runtime exited with error: signal: killed")]
    [InlineData("os.abort()", "Runtime exited with error: signal: aborted")]
    public async Task Invoke_WorkerDies_IsExitErrorAndTheNextCallWorks(string death, string text)
    {
        var plan = await _setup.BootstrapAsync($$"""
            while True:
                id, _, body = next()
                if body == b'"die"':
                    {{death}}
                respond(id, os.getpid())
            """);
        var first = Text(await _setup.InvokeAsync(plan));
        var request = Request(plan, "\"die\"");
        var error = Error(await _setup.InvokeAsync(plan, request));
        Assert.Equal("Runtime.ExitError", error.ErrorType);
        Assert.Contains($"RequestId: {request.RequestId} Error: {text}", Encoding.UTF8.GetString(error.Payload.Span));
        Assert.NotEqual(first, Text(await _setup.InvokeAsync(plan)));
    }

    [Fact]
    public async Task Invoke_WorkerAnswersAndDies_TheAnswerCounts()
    {
        var plan = await _setup.BootstrapAsync("""
            id, _, _ = next()
            respond(id, 1)
            os._exit(1)
            """);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("1", Text(await _setup.InvokeAsync(plan)));
        }
    }

    [Fact]
    public async Task Invoke_IdleWorkerDies_ACallGetsANewOne()
    {
        var plan = await _setup.BootstrapAsync("""
            import threading
            id, _, _ = next()
            respond(id, os.getpid())
            threading.Timer(0.05, lambda: os._exit(1)).start()
            next()
            """);
        var first = int.Parse(Text(await _setup.InvokeAsync(plan)));
        await GoneAsync(first);
        Assert.NotEqual(first, int.Parse(Text(await _setup.InvokeAsync(plan))));
    }

    [Fact]
    public async Task Invoke_WorkerDiesBeforeItTakesTheEvent_AnotherOneGetsIt()
    {
        var plan = await _setup.BootstrapAsync("""
            id, _, _ = next()
            respond(id, os.getpid())
            time.sleep(0.3)
            """);
        var pids = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            Assert.True(pids.Add(Text(await _setup.InvokeAsync(plan))));
        }
    }

    [Fact]
    public async Task Unpack_DraftsOfAKilledServer_AreDeleted()
    {
        var draft = Path.Combine(_setup.Data, "cache", "code", $"abc.draft-{Guid.NewGuid():N}");
        Directory.CreateDirectory(draft);
        var plan = await _setup.NodeAsync("exports.handler = async () => 1;");
        Assert.Equal("1", Text(await _setup.InvokeAsync(plan)));
        Assert.False(Directory.Exists(draft));
    }

    [Fact]
    public async Task Invoke_FloodOfOutput_IsCutAndHarmsNobody()
    {
        var flood = await _setup.BootstrapAsync("""
            id, _, _ = next()
            line = b"x" * 999 + b"\n"
            for i in range(20_000):
                os.write(1, line)
            os.write(2, b"y" * 100_000)
            respond(id, "done")
            next()
            """);
        var quiet = await _setup.NodeAsync("exports.handler = async () => 1;");
        var running = _setup.InvokeAsync(flood, "{}", tail: true);
        Assert.Equal("1", Text(await _setup.InvokeAsync(quiet)));
        var outcome = await running;
        Assert.Equal("done", Text(outcome).Trim('"'));
        Assert.Equal(4096, outcome.LogTail.Length);
        Assert.Contains("yyyy\nEND RequestId", Tail(outcome).Replace("yEND", "y\nEND", StringComparison.Ordinal));
        await _setup.Runtime.RetireAsync(flood, Cancel);
        Assert.Contains(_setup.Log.Lines, line => line.Contains("FunctionOutputDropped"));
    }

    [Fact]
    public async Task Invoke_Cancelled_ThrowsAndTheWorkerIsGone()
    {
        var plan = await _setup.BootstrapAsync("""
            print("pid", os.getpid(), flush=True)
            id, _, _ = next()
            print("taken", flush=True)
            time.sleep(1000)
            """);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = _setup.Runtime.InvokeAsync(plan, Request(plan, "{}"), stop.Token).AsTask();
        await Eventually.TrueAsync(() => _setup.Log.Lines.Any(line => line.Contains("stdout: taken")), "the event is taken");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        var pid = int.Parse(_setup.Log.Lines.First(line => line.Contains("stdout: pid")).Split("pid ")[1]);
        Assert.False(IsAlive(pid));
    }

    internal static bool IsAlive(int pid)
    {
        var stat = $"/proc/{pid}/stat";
        try
        {
            // The first thread of a process may be gone while others, and with them its connections, are not.
            return File.Exists(stat)
                && (!File.ReadAllText(stat).Split(") ")[1].StartsWith('Z') || Directory.GetDirectories($"/proc/{pid}/task").Length > 1);
        }
        catch (IOException)
        {
            return false;
        }
    }

    internal static Task GoneAsync(int pid) => Eventually.TrueAsync(() => !IsAlive(pid), $"process {pid} ends");
}
