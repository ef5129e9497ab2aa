using System.Text;
using Dispatcher.Testing;
using static Dispatcher.Adapters.Tests.Workers.WorkerSetup;

namespace Dispatcher.Adapters.Tests.Workers;

/// <summary>The memory that a worker may have, and what it leaves behind.</summary>
public sealed class WorkerMemoryTests
{
    [Theory]
    [InlineData("taken = bytearray(300_000_000); time.sleep(100)")]
    [InlineData("subprocess.run([sys.executable, '-c', 'import time; taken = bytearray(300_000_000); time.sleep(100)'])")]
    public async Task Invoke_MoreMemoryThanTheFunctionHas_IsKilledAsOnLambda(string greedy)
    {
        await using var setup = new WorkerSetup();
        var plan = await setup.BootstrapAsync($$"""
            import subprocess
            while True:
                id, _, body = next()
                if body == b'"greedy"':
                    {{greedy}}
                respond(id, os.getpid())
            """, timeout: 60);
        plan = plan with { Config = plan.Config with { MemorySize = 128 } };
        var first = Text(await setup.InvokeAsync(plan));
        var request = Request(plan, "\"greedy\"") with { LogTail = true };
        var outcome = await setup.InvokeAsync(plan, request);
        var error = Error(outcome);
        Assert.Equal(("Unhandled", "Runtime.ExitError"), (error.Kind, error.ErrorType));
        Assert.Contains($"RequestId: {request.RequestId} Error: Runtime exited with error: signal: killed", Encoding.UTF8.GetString(error.Payload.Span));
        Assert.Matches(@"Memory Size: 128 MB\tMax Memory Used: (12[89]|1[3-9]\d|[23]\d\d) MB\tStatus: error\tError Type: Runtime.ExitError\n", Tail(outcome));
        Assert.EndsWith("Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n", Tail(outcome));
        Assert.Contains(setup.Log.Lines, line => line.Contains("WorkerOutOfMemory") && line.Contains("of 128 MB"));
        Assert.NotEqual(first, Text(await setup.InvokeAsync(plan)));
    }

    [Fact]
    public async Task Invoke_MoreMemoryWithoutLimit_Answers()
    {
        await using var setup = new WorkerSetup(change: workers => workers.LimitMemory = false);
        var plan = await setup.BootstrapAsync("""
            id, _, _ = next()
            taken = bytearray(200_000_000)
            time.sleep(0.5)
            respond(id, len(taken))
            """);
        plan = plan with { Config = plan.Config with { MemorySize = 128 } };
        Assert.Equal("200000000", Text(await setup.InvokeAsync(plan)));
    }

    [Fact]
    public async Task End_ChildThatLeftTheSession_IsKilledAndTemporaryFilesAreDeleted()
    {
        await using var setup = new WorkerSetup();
        var plan = await setup.BootstrapAsync("""
            import subprocess, tempfile
            child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
            kept = tempfile.NamedTemporaryFile(delete=False)
            id, _, _ = next()
            respond(id, [child.pid, kept.name])
            next()
            """);
        using var seen = System.Text.Json.JsonDocument.Parse(Text(await setup.InvokeAsync(plan)));
        var (child, file) = (seen.RootElement[0].GetInt32(), seen.RootElement[1].GetString()!);
        Assert.True(WorkerFailureTests.IsAlive(child));
        Assert.StartsWith(Path.Combine(setup.Data, "cache", "tmp"), file);
        Assert.True(File.Exists(file));
        await setup.Runtime.RetireAsync(plan, Cancel);
        await WorkerFailureTests.GoneAsync(child);
        Assert.False(Directory.Exists(Path.GetDirectoryName(file)));
    }
}
