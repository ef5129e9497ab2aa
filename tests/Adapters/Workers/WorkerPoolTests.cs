using System.Text.Json;
using Dispatcher.Adapters.Workers;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Testing;
using static Dispatcher.Adapters.Tests.Workers.WorkerSetup;

namespace Dispatcher.Adapters.Tests.Workers;

/// <summary>How workers are started, reused, bounded and ended.</summary>
public sealed class WorkerPoolTests
{
    private const string SlowPid = """
        exports.handler = async (event) => { await new Promise((go) => setTimeout(go, event.ms ?? 0)); return process.pid; };
        """;

    /// <summary>A worker that waits until the file in its event is there, unless that is called none.</summary>
    private const string Gated = """
        while True:
            id, _, body = next()
            file = json.loads(body)
            while not (file.endswith("none") or os.path.exists(file)):
                time.sleep(0.02)
            respond(id, os.getpid())
        """;

    [Fact]
    public async Task Invoke_InTurn_ReusesOneWorker()
    {
        await using var setup = new WorkerSetup();
        var plan = await setup.NodeAsync(SlowPid);
        var pids = new HashSet<string>();
        for (var i = 0; i < 50; i++)
        {
            pids.Add(Text(await setup.InvokeAsync(plan)));
        }

        Assert.Single(pids);
    }

    [Fact]
    public async Task Invoke_InParallel_UsesAWorkerEach()
    {
        await using var setup = new WorkerSetup();
        var plan = await setup.NodeAsync(SlowPid);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => setup.InvokeAsync(plan, """{"ms":2000}""")));
        Assert.Equal(5, outcomes.Select(Text).Distinct().Count());
    }

    [Fact]
    public async Task Invoke_ShortCallsBusy_WaitsForItsTurnInsteadOfAStart()
    {
        await using var setup = new WorkerSetup(new ManualClock()); // calls take no time, and waiting never takes too long
        var (plan, files) = (await setup.BootstrapAsync(Gated), setup.Data);
        var first = Text(await setup.InvokeAsync(plan, $"\"{files}/none\""));
        var busy = setup.InvokeAsync(plan, $"\"{files}/go\"");
        var waiting = Task.WhenAll(Enumerable.Range(0, 5).Select(_ => setup.InvokeAsync(plan, $"\"{files}/none\"")));
        Assert.False(waiting.IsCompleted);
        await File.WriteAllTextAsync(Path.Combine(files, "go"), "", Cancel);
        Assert.Equal(first, Text(await busy));
        Assert.All(await waiting, outcome => Assert.Equal(first, Text(outcome)));
    }

    [Fact]
    public async Task Invoke_WorkerBecomesFreeDuringAStart_TakesItAndTheNewOneIsKept()
    {
        await using var setup = new WorkerSetup(change: workers => workers.InitSeconds = 60);
        var files = setup.Data;
        var plan = await setup.BootstrapAsync($$"""
            if os.path.exists("{{files}}/first"):
                print("starting", flush=True)
                while not os.path.exists("{{files}}/started"):
                    time.sleep(0.02)
            open("{{files}}/first", "w").close()
            """ + "\n" + Gated, timeout: 60);
        var busy = setup.InvokeAsync(plan, $"\"{files}/go\"");
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(files, "first")), "the first worker runs");
        var second = setup.InvokeAsync(plan, $"\"{files}/none\"");
        await Eventually.TrueAsync(() => setup.Log.Lines.Any(line => line.Contains("starting")), "the second worker starts");
        await File.WriteAllTextAsync(Path.Combine(files, "go"), "", Cancel);
        Assert.Equal(Text(await busy), Text(await second));
        await File.WriteAllTextAsync(Path.Combine(files, "started"), "", Cancel);
        await Eventually.TrueAsync(() => setup.Runtime.IdleOf(plan)?.Count == 2, "both workers are free");
    }

    [Fact]
    public async Task Invoke_AboveTheMaximum_IsThrottledOrWaits()
    {
        await using var setup = new WorkerSetup(change: workers => workers.MaximumPerFunction = 1);
        var plan = await setup.NodeAsync(SlowPid);
        var running = setup.InvokeAsync(plan, """{"ms":500}""");
        var throttled = Assert.IsType<InvocationOutcome.Throttled>(await setup.InvokeAsync(plan));
        Assert.Equal("ConcurrentInvocationLimitExceeded", throttled.Reason);
        var waiting = setup.InvokeAsync(plan, Request(plan, "{}") with { WaitForPermit = true });
        Assert.Equal(Text(await running), Text(await waiting));
    }

    [Fact]
    public async Task Invoke_ManyAtOnce_EachGetsItsOwnAnswer()
    {
        await using var setup = new WorkerSetup(change: workers => workers.MaximumPerFunction = 4);
        var plan = await setup.NodeAsync("exports.handler = async (event) => event;");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 2000).Select(
            i => setup.InvokeAsync(plan, Request(plan, $"{i}") with { WaitForPermit = true })));
        Assert.All(outcomes.Select(Text).Index(), pair => Assert.Equal($"{pair.Index}", pair.Item));
    }

    [Fact]
    public async Task Invoke_OtherRevision_HasWorkersOfItsOwn()
    {
        await using var setup = new WorkerSetup();
        var plan = await setup.NodeAsync(SlowPid);
        var changed = plan with { Config = plan.Config with { RevisionId = "other" } };
        Assert.NotEqual(Text(await setup.InvokeAsync(plan)), Text(await setup.InvokeAsync(changed)));
    }

    [Fact]
    public async Task Retire_IdleEndsAtOnceBusyAfterItsEvent()
    {
        await using var setup = new WorkerSetup();
        var plan = await setup.NodeAsync(SlowPid);
        var both = await Task.WhenAll(setup.InvokeAsync(plan, """{"ms":1000}"""), setup.InvokeAsync(plan, """{"ms":1000}"""));
        var busy = setup.InvokeAsync(plan, """{"ms":500}""");
        await setup.Runtime.RetireAsync(plan, Cancel);
        var pids = both.Select(outcome => int.Parse(Text(outcome))).ToList();
        Assert.Single(pids, WorkerFailureTests.IsAlive);
        Assert.Contains(int.Parse(Text(await busy)), pids);
        Assert.DoesNotContain(pids, WorkerFailureTests.IsAlive);
    }

    [Fact]
    public async Task Reap_IdleLongerThanConfigured_Ends()
    {
        var clock = new JumpClock();
        await using var setup = new WorkerSetup(clock, workers => workers.IdleSeconds = 300);
        var plan = await setup.NodeAsync(SlowPid);
        var pid = int.Parse(Text(await setup.InvokeAsync(plan)));
        clock.Advance(TimeSpan.FromSeconds(290));
        Assert.Equal(pid, int.Parse(Text(await setup.InvokeAsync(plan))));
        clock.Advance(TimeSpan.FromSeconds(290));
        Assert.True(WorkerFailureTests.IsAlive(pid));
        clock.Advance(TimeSpan.FromSeconds(40));
        await WorkerFailureTests.GoneAsync(pid);
        Assert.NotEqual(pid, int.Parse(Text(await setup.InvokeAsync(plan))));
    }

    [Fact]
    public async Task Dispose_IdleAndBusyWorkers_AreKilled()
    {
        var setup = new WorkerSetup();
        var plan = await setup.BootstrapAsync("""
            import subprocess
            child = subprocess.Popen(["sleep", "1000"])
            print("pids", os.getpid(), child.pid, flush=True)
            while True:
                id, _, body = next()
                if body == b"1":
                    print("busy", flush=True)
                    time.sleep(1000)
                respond(id, os.getpid())
            """);
        await setup.InvokeAsync(plan, "0");
        var busy = setup.InvokeAsync(plan, "1");
        await Eventually.TrueAsync(() => setup.Log.Lines.Any(line => line.Contains("busy")), "the event is taken");
        await setup.DisposeAsync();
        Assert.IsType<InvocationOutcome.Failed>(await busy);
        var pids = setup.Log.Lines.Where(line => line.Contains("pids ")).SelectMany(line => line.Split("pids ")[1].Trim().Split(' '));
        Assert.All(pids, pid => Assert.False(WorkerFailureTests.IsAlive(int.Parse(pid))));
    }

    [Fact]
    public async Task Environment_IsLambdasAndNothingOfTheServers()
    {
        Environment.SetEnvironmentVariable("DISPATCHER_TEST_SECRET", "leak");
        await using var setup = new WorkerSetup();
        var config = Config("provided.al2023") with
        {
            MemorySize = 256,
            Environment = new Dictionary<string, string> { ["MINE"] = "ä=1", ["TZ"] = "UTC" },
        };
        var plan = await setup.PlanAsync(config, Zip(("bootstrap", """
            #!/bin/bash
            api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
            while :; do
              id=$(python3 -c "import urllib.request,sys; print(urllib.request.urlopen('$api/next').headers['Lambda-Runtime-Aws-Request-Id'])")
              python3 -c "import json,os,urllib.request; urllib.request.urlopen('$api/$id/response', json.dumps({**os.environ, 'cwd': os.getcwd()}).encode())"
            done
            """)));
        var seen = JsonDocument.Parse(Text(await setup.InvokeAsync(plan))).RootElement;
        string? Of(string name) => seen.TryGetProperty(name, out var value) ? value.GetString() : null;
        Assert.Null(Of("DISPATCHER_TEST_SECRET"));
        Assert.Equal(("tested", "$LATEST", "256"), (Of("AWS_LAMBDA_FUNCTION_NAME"), Of("AWS_LAMBDA_FUNCTION_VERSION"), Of("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")));
        Assert.Equal(("/aws/lambda/tested", "on-demand"), (Of("AWS_LAMBDA_LOG_GROUP_NAME"), Of("AWS_LAMBDA_INITIALIZATION_TYPE")));
        Assert.Matches(@"^\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}$", Of("AWS_LAMBDA_LOG_STREAM_NAME"));
        Assert.Equal(("eu-west-3", "eu-west-3", "index.handler"), (Of("AWS_REGION"), Of("AWS_DEFAULT_REGION"), Of("_HANDLER")));
        Assert.Equal(("ä=1", "UTC", "dispatcher"), (Of("MINE"), Of("TZ"), Of("AWS_ACCESS_KEY_ID")));
        Assert.Matches(@"^127\.\d+\.\d+\.\d+:\d+$", Of("AWS_LAMBDA_RUNTIME_API"));
        Assert.StartsWith(setup.Data, Of("LAMBDA_TASK_ROOT"));
        Assert.Equal(Of("LAMBDA_TASK_ROOT"), Of("cwd"));
        Assert.Null(Of("AWS_EXECUTION_ENV")); // not there for OS-only runtimes
    }

    [Fact]
    public async Task Environment_OwnCredentials_ReplaceTheMadeUpOnesAsAWhole()
    {
        await using var setup = new WorkerSetup();
        var config = Config("nodejs20.x") with
        {
            Environment = new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = "AKIA", ["AWS_SESSION_TOKEN"] = "t" },
        };
        var plan = await setup.PlanAsync(config, Zip(("index.js", """
            const e = process.env;
            exports.handler = async () => [e.AWS_ACCESS_KEY_ID, e.AWS_SECRET_ACCESS_KEY ?? null, e.AWS_SESSION_TOKEN, e.AWS_EXECUTION_ENV];
            """)));
        Assert.Equal("""["AKIA",null,"t","AWS_Lambda_nodejs20.x"]""", Text(await setup.InvokeAsync(plan)));
    }
}
