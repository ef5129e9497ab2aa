using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Testing;
using static Dispatcher.Adapters.Tests.Workers.WorkerSetup;

namespace Dispatcher.Adapters.Tests.Workers;

/// <summary>Answers that go to the caller while the function runs, by raw Runtime API.</summary>
public sealed class WorkerStreamTests : IAsyncDisposable
{
    private const string Stream = """
        import base64
        streaming = "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
        def begin(id, mode=streaming):
            connection.sock.sendall((f"POST {base}invocation/{id}/response HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n{mode}"
                "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n").encode())
        def part(text):
            connection.sock.sendall(f"{len(text):x}\r\n{text}\r\n".encode())
        def end(**trailers):
            lines = "".join(f"Lambda-Runtime-Function-Error-{k}: {v}\r\n" for k, v in trailers.items())
            connection.sock.sendall(f"0\r\n{lines}\r\n".encode())
            answer = http.client.HTTPResponse(connection.sock); answer.begin(); answer.read()
            return answer.status

        """;

    private readonly WorkerSetup _setup = new();

    public ValueTask DisposeAsync() => _setup.DisposeAsync();

    [Fact]
    public async Task Stream_Parts_ReachTheCallerBeforeTheFunctionEnds()
    {
        var go = Path.Combine(_setup.Data, "go");
        var plan = await _setup.BootstrapAsync(Stream + $$"""
            id, _, _ = next()
            begin(id)
            part("one ")
            while not os.path.exists("{{go}}"):
                time.sleep(0.01)
            part("two")
            end()
            respond(next()[0], "collected")
            next()
            """);
        var answer = new CollectedAnswer();
        var running = StreamAsync(plan, answer);
        await Eventually.TrueAsync(() => answer.Text == "one ", "the first part is here");
        Assert.False(running.IsCompleted);
        await File.WriteAllTextAsync(go, "");
        var outcome = Assert.IsType<InvocationOutcome.Succeeded>(await running);
        Assert.Equal(("one two", 0, "$LATEST"), (answer.Text, outcome.Payload.Length, answer.Version));

        var buffered = new CollectedAnswer();
        Assert.Equal("collected", Text(await StreamAsync(plan, buffered)).Trim('"'));
        Assert.False(buffered.HasBegun);
    }

    [Fact]
    public async Task Stream_ErrorInTrailers_EndsWhatWasStreamed()
    {
        var error = Convert.ToBase64String("""{"errorMessage":"half way"}"""u8);
        var plan = await _setup.BootstrapAsync(Stream + $$"""
            begin(next()[0])
            part("some")
            end(Type="Mid.Way", Body="{{error}}")
            begin(next()[0])
            end(Type="No.Word", Body="{{error}}")
            begin(next()[0])
            part("fine")
            end(Type="", Body="")
            next()
            """);
        foreach (var (type, text) in new[] { ("Mid.Way", "some"), ("No.Word", "") })
        {
            var answer = new CollectedAnswer();
            var failed = Error(await StreamAsync(plan, answer));
            Assert.Equal((type, text), (failed.ErrorType, answer.Text));
            Assert.Equal("""{"errorMessage":"half way"}""", Encoding.UTF8.GetString(failed.Payload.Span));
        }

        Assert.IsType<InvocationOutcome.Succeeded>(await StreamAsync(plan, new CollectedAnswer()));
    }

    [Theory]
    [InlineData("connection.close(); next()", "Runtime.TruncatedResponse")]
    [InlineData("os._exit(1)", "Runtime.TruncatedResponse|Runtime.ExitError")]
    [InlineData("time.sleep(1000)", "Sandbox.Timedout")]
    [InlineData("connection.sock.sendall(b'zz\\r\\n'); next()", "Runtime.TruncatedResponse")]
    public async Task Stream_BreaksOff_IsTruncatedOrTimedOut(string ending, string types)
    {
        var go = Path.Combine(_setup.Data, "go");
        var plan = await _setup.BootstrapAsync(Stream + $"""
            begin(next()[0])
            part("some")
            while not os.path.exists("{go}"):
                time.sleep(0.01)
            {ending}
            """, timeout: 3);
        var answer = new CollectedAnswer();
        var running = StreamAsync(plan, answer);
        await Eventually.TrueAsync(() => answer.HasBegun, "the first part is here");
        await File.WriteAllTextAsync(go, "");
        Assert.Contains(Error(await running).ErrorType, types.Split('|'));
        Assert.Equal("some", answer.Text);
    }

    [Fact]
    public async Task Stream_BreaksOffBeforeTheFirstPart_AnotherAnswerMayCome()
    {
        var plan = await _setup.BootstrapAsync(Stream + """
            id, _, _ = next()
            begin(id)
            connection.close()
            while call("GET", "unknown")[0] == 404 and respond(id, "again")[0] != 202:
                connection.close()
            next()
            """);
        Assert.Equal("again", Text(await StreamAsync(plan, new CollectedAnswer())).Trim('"'));
    }

    [Fact]
    public async Task Stream_CallerTakesNothing_WorkerWaitsAndTheTimeoutStillCounts()
    {
        var plan = await _setup.BootstrapAsync(Stream + """
            begin(next()[0])
            sent = 0
            while True:
                part("x" * 100_000)
                sent += 100_000
                print("sent", sent, flush=True)
            """, timeout: 2);
        var answer = new CollectedAnswer { KeepsText = false };
        answer.Close();
        Assert.Equal("Sandbox.Timedout", Error(await StreamAsync(plan, answer)).ErrorType);
        Assert.Equal(1, answer.Parts);
        var sent = _setup.Log.Lines.Where(line => line.Contains("stdout: sent ")).Max(line => long.Parse(line.Split("sent ")[1]));
        Assert.InRange(sent, 1, 32_000_000);
    }

    [Fact]
    public async Task Stream_BeyondTheLimit_IsCutAndTheWorkerGets413()
    {
        var plan = await _setup.BootstrapAsync(Stream + $$"""
            id, _, _ = next()
            begin(id)
            for i in range({{(Limits.StreamedAnswerBytes / 1_000_000) + 2}}):
                part("x" * 1_000_000)
            status = end()
            id, _, _ = next()
            respond(id, status)
            next()
            """, timeout: 60);
        var answer = new CollectedAnswer { KeepsText = false };
        var error = Error(await StreamAsync(plan, answer));
        Assert.Equal(("Function.ResponseSizeTooLarge", (long)Limits.StreamedAnswerBytes), (error.ErrorType, answer.Bytes));
        Assert.Contains($"({Limits.StreamedAnswerBytes} bytes)", Encoding.UTF8.GetString(error.Payload.Span));
        Assert.Equal("413", Text(await _setup.InvokeAsync(plan)));
    }

    [Fact]
    public async Task Stream_UnknownMode_Gets400AndMayAnswerAgain()
    {
        var plan = await _setup.BootstrapAsync("""
            id, _, _ = next()
            status, _, body = call("POST", f"invocation/{id}/response", "1", {"Lambda-Runtime-Function-Response-Mode": "flowing"})
            respond(id, [status, json.loads(body)["errorType"]])
            next()
            """);
        Assert.Equal("""[400, "InvalidFunctionResponseMode"]""", Text(await StreamAsync(plan, new CollectedAnswer())));
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

    private Task<InvocationOutcome> StreamAsync(FunctionPlan plan, IAnswerSink answer)
        => _setup.InvokeAsync(plan, Request(plan, "{}") with { Answer = answer });
}
