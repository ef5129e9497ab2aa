using System.Diagnostics;
using System.Text;
using static Dispatcher.Adapters.Tests.Workers.WorkerSetup;

namespace Dispatcher.Adapters.Tests.Workers;

/// <summary>Workers that cannot be initialised.</summary>
public sealed class WorkerStartTests : IAsyncDisposable
{
    private readonly WorkerSetup _setup = new();

    public ValueTask DisposeAsync() => _setup.DisposeAsync();

    [Fact]
    public async Task Invoke_InitFails_IsTriedOnceMore()
    {
        var marker = Path.Combine(_setup.Data, "tried");
        var plan = await _setup.BootstrapAsync($$"""
            if not os.path.exists("{{marker}}"):
                open("{{marker}}", "w").close()
                sys.exit(1)
            id, _, _ = next()
            respond(id, "second")
            """);
        Assert.Equal("second", Text(await _setup.InvokeAsync(plan)).Trim('"'));
    }

    [Fact]
    public async Task Invoke_InitErrorReported_IsTheOutcome()
    {
        var plan = await _setup.BootstrapAsync("""
            print(call("POST", "init/error", '{"errorMessage":"no config","errorType":"Mine"}', {"Lambda-Runtime-Function-Error-Type": "Runtime.Mine"}))
            sys.exit(1)
            """);
        var error = Error(await _setup.InvokeAsync(plan));
        Assert.Equal("Runtime.Mine", error.ErrorType);
        Assert.Equal("""{"errorMessage":"no config","errorType":"Mine"}""", Encoding.UTF8.GetString(error.Payload.Span));
    }

    [Theory]
    [InlineData("sys.exit(1)", @"Status: error\tError Type: Runtime.ExitError")]
    [InlineData("time.sleep(1000)", "Status: timeout")]
    public async Task Invoke_InitFailsAndTailIsWanted_HasWhatWasWrittenAndLambdasLines(string end, string status)
    {
        await using var setup = new WorkerSetup(change: workers => workers.InitSeconds = 1);
        var plan = await setup.BootstrapAsync($"""
            print("beginning", flush=True)
            {end}
            """, timeout: 2);

        var tail = Encoding.UTF8.GetString((await setup.InvokeAsync(plan, tail: true)).LogTail.Span);

        Assert.Matches($@"^beginning\nSTART RequestId: \S+ Version: \$LATEST\nEND RequestId: \S+\nREPORT RequestId: \S+\tDuration: [\d.]+ ms\t.*{status}\n$", tail);
    }

    [Theory]
    [InlineData("#!/nowhere/php -r\nx", "fork/exec /var/task/bootstrap: no such file or directory (its interpreter '/nowhere/php' is not on this machine)")]
    [InlineData("#!/bin/sh\r\ntrue", @"fork/exec /var/task/bootstrap: no such file or directory (its interpreter '/bin/sh\\r' is not on this machine)")]
    [InlineData("#! /etc/passwd\n", "fork/exec /var/task/bootstrap: permission denied (its interpreter '/etc/passwd' is not executable)")]
    public async Task Invoke_ProgramCannotBeRun_SaysWhy(string bootstrap, string text)
    {
        var plan = await _setup.PlanAsync(Config("provided.al2023"), Zip(("bootstrap", bootstrap)));
        var request = Request(plan, "{}");

        var error = Error(await _setup.InvokeAsync(plan, request));

        Assert.Equal("Runtime.InvalidEntrypoint", error.ErrorType);
        Assert.Contains($"RequestId: {request.RequestId} Error: {text}\"", Encoding.UTF8.GetString(error.Payload.Span));
    }

    [Fact]
    public async Task Invoke_ProgramOfItsOwnThatFails_IsAnExitError()
    {
        var plan = await _setup.PlanAsync(Config("provided.al2023"), Zip(("bootstrap", "#!/bin/sh\nexec /nowhere/program\n")));

        Assert.Equal("Runtime.ExitError", Error(await _setup.InvokeAsync(plan)).ErrorType);
    }

    [Fact]
    public async Task Invoke_InitHangs_TimesOutOnTheFunctionsTime()
    {
        await using var setup = new WorkerSetup(change: workers => workers.InitSeconds = 1);
        var plan = await setup.BootstrapAsync("time.sleep(1000)", timeout: 1);
        var watch = Stopwatch.StartNew();
        Assert.Equal("Sandbox.Timedout", Error(await setup.InvokeAsync(plan)).ErrorType);
        Assert.InRange(watch.Elapsed.TotalSeconds, 1.9, 6);
    }

    [Fact]
    public async Task Invoke_InitErrorReportedAndGoneOn_IsRefusedAndEnded()
    {
        var plan = await _setup.BootstrapAsync("""
            print("pid", os.getpid(), flush=True)
            error = '{"errorMessage":"no config","errorType":"Mine"}'
            print("told", [call("POST", "init/error", error)[0], call("POST", "init/error", error)[0]], flush=True)
            id, _, _ = next()
            respond(id, "all the same")
            """);
        Assert.Equal("Mine", Error(await _setup.InvokeAsync(plan)).ErrorType);
        var pids = _setup.Log.Lines.Where(line => line.Contains("stdout: pid")).Select(line => int.Parse(line.Split("pid ")[1]));
        Assert.All(pids, pid => Assert.False(WorkerFailureTests.IsAlive(pid)));
    }
}
