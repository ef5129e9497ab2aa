using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Dispatcher.Testing;
using static Dispatcher.Adapters.Tests.Workers.WorkerSetup;

namespace Dispatcher.Adapters.Tests.Workers;

/// <summary>What happens when workers die, hang, lie or shout.</summary>
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
            $$"""Z {{request.RequestId}} Task timed out after 1.00 seconds"}$""", Encoding.UTF8.GetString(error.Payload.Span));
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
    public async Task Invoke_WrongAndDoubleAnswers_AreRefused()
    {
        var plan = await _setup.BootstrapAsync("""
            id, _, _ = next()
            seen = [call("GET", "invocation/next")[0],
                    respond("00000000-0000-0000-0000-000000000000", 1)[0],
                    call("POST", f"invocation/{id}/other")[0],
                    call("POST", "init/error", "{}")[0],
                    call("DELETE", "invocation/next")[0]]
            status, _, body = respond(id, "first")
            seen += [status, json.loads(body)["status"]]
            seen += [respond(id, "again")[0], call("POST", f"invocation/{id}/error", "{}")[0]]
            id, _, _ = next()
            respond(id, seen)
            next()
            """);
        Assert.Equal("\"first\"", "\"" + Text(await _setup.InvokeAsync(plan)).Trim('"') + "\"");
        Assert.Equal("""[403, 400, 404, 403, 404, 202, "OK", 403, 403]""", Text(await _setup.InvokeAsync(plan)));
    }

    [Fact]
    public async Task Invoke_AnswersForAnotherWorkersEvent_AreRefused()
    {
        var plan = await _setup.BootstrapAsync("""
            while True:
                id, _, body = next()
                victim = json.loads(body).get("victim")
                if victim:
                    respond(id, respond(victim, "stolen")[0])
                else:
                    time.sleep(1)
                    respond(id, "mine")
            """);
        var victim = Request(plan, "{}");
        var running = _setup.InvokeAsync(plan, victim);
        Assert.Equal("400", Text(await _setup.InvokeAsync(plan, $$"""{"victim":"{{victim.RequestId}}"}""")));
        Assert.Equal("mine", Text(await running).Trim('"'));
    }

    [Fact]
    public async Task Invoke_AnswerTooLarge_Gets413AndLivesOn()
    {
        var plan = await _setup.BootstrapAsync("""
            id, _, _ = next()
            status, _, body = respond(id, b"x" * 10_000_000)
            id, _, _ = next()
            respond(id, [status, json.loads(body)["errorType"]])
            next()
            """);
        Assert.Equal("Function.ResponseSizeTooLarge", Error(await _setup.InvokeAsync(plan)).ErrorType);
        Assert.Equal("""[413, "RequestEntityTooLarge"]""", Text(await _setup.InvokeAsync(plan)));
    }

    [Fact]
    public async Task Invoke_StreamedAnswer_IsBufferedAndItsTrailersAreHeard()
    {
        var plan = await _setup.BootstrapAsync("""
            import base64
            def stream(id, parts, trailers):
                head = (f"POST {base}invocation/{id}/response HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                        "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
                        "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n")
                connection.sock.sendall(head.encode())
                for part in parts:
                    connection.sock.sendall(f"{len(part):x}\r\n{part}\r\n".encode())
                connection.sock.sendall(("0\r\n" + "".join(f"{k}: {v}\r\n" for k, v in trailers.items()) + "\r\n").encode())
                answer = http.client.HTTPResponse(connection.sock); answer.begin(); answer.read()
            stream(next()[0], ["one ", "two"], {})
            error = base64.b64encode(b'{"errorMessage":"half way"}').decode()
            stream(next()[0], ["one "], {"Lambda-Runtime-Function-Error-Type": "Mid.Way", "Lambda-Runtime-Function-Error-Body": error})
            next()
            """);
        Assert.Equal("one two", Text(await _setup.InvokeAsync(plan)));
        var failed = Error(await _setup.InvokeAsync(plan));
        Assert.Equal("Mid.Way", failed.ErrorType);
        Assert.Equal("""{"errorMessage":"half way"}""", Encoding.UTF8.GetString(failed.Payload.Span));
    }

    [Fact]
    public async Task Invoke_ConnectionPerRequestAndLostPolls_Work()
    {
        var plan = await _setup.BootstrapAsync("""
            import socket
            host, port = api.split(":")
            for i in range(4):
                id, _, _ = next()
                connection.close()
                respond(id, i)
                connection.close()
                lost = socket.create_connection((host, int(port)))
                lost.sendall(f"GET {base}invocation/next HTTP/1.1\r\nHost: a\r\n\r\n".encode())
                time.sleep(0.05)
                lost.close()
                print("lost", i, flush=True)
            """);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal($"{i}", Text(await _setup.InvokeAsync(plan)));
            await Eventually.TrueAsync(() => _setup.Log.Lines.Any(line => line.EndsWith($"lost {i} ")), "the poll is lost");
        }
    }

    [Fact]
    public async Task Invoke_GarbageOnTheWire_HarmsNobody()
    {
        var plan = await _setup.BootstrapAsync("""
            import socket
            host, port = api.split(":")
            for junk in [b"\x00\xff" * 5000, b"GET / HTTP/9\r\n\r\n", b"POST /2018-06-01/runtime/invocation/x/response HTTP/1.1\r\nContent-Length: -4\r\n\r\n"]:
                other = socket.create_connection((host, int(port)))
                other.sendall(junk)
                other.close()
            id, _, _ = next()
            half = socket.create_connection((host, int(port)))
            half.sendall(f"POST {base}invocation/{id}/response HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf".encode())
            half.close()
            time.sleep(0.1)
            print(respond(id, "whole"))
            next()
            """);
        Assert.Equal("whole", Text(await _setup.InvokeAsync(plan)).Trim('"'));
    }

    [Fact]
    public async Task Connect_ToAnAddressWithoutWorker_IsClosedUnread()
    {
        var plan = await _setup.NodeAsync("exports.handler = async () => process.env.AWS_LAMBDA_RUNTIME_API.split(':')[1];");
        var port = int.Parse(Text(await _setup.InvokeAsync(plan)).Trim('"'));
        using var stranger = new TcpClient();
        var buffer = new byte[1];

        // The server may close before the connect call has returned, before the read, or while it waits.
        var answer = await Xunit.Record.ExceptionAsync(async () =>
        {
            await stranger.ConnectAsync(IPAddress.Loopback, port, Cancel);
            Assert.Equal(0, await stranger.GetStream().ReadAsync(buffer, Cancel));
        });
        Assert.True(answer is null or IOException or SocketException, $"{answer}");
        Assert.DoesNotContain(_setup.Log.Lines, line => line.Contains("RuntimeApiNotRestricted"));
    }

    [Fact]
    public async Task Invoke_WorkerOpensManyConnections_OnlySomeAreTaken()
    {
        var plan = await _setup.BootstrapAsync("""
            import socket, select
            host, port = api.split(":")
            id, _, _ = next()
            many = [socket.create_connection((host, int(port))) for i in range(100)]
            time.sleep(0.3)
            closed = select.select(many, [], [], 0)[0]
            respond(id, len(closed))
            next()
            """);
        Assert.Equal("37", Text(await _setup.InvokeAsync(plan))); // 100 and the one in use, without the 64 allowed
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
            return File.Exists(stat) && !File.ReadAllText(stat).Split(") ")[1].StartsWith('Z');
        }
        catch (IOException)
        {
            return false;
        }
    }

    internal static Task GoneAsync(int pid) => Eventually.TrueAsync(() => !IsAlive(pid), $"process {pid} ends");
}
