using System.Net;
using System.Net.Sockets;
using Dispatcher.Testing;
using static Dispatcher.Adapters.Tests.Workers.WorkerSetup;

namespace Dispatcher.Adapters.Tests.Workers;

/// <summary>Workers that do not keep to the Runtime API: each request gets its status, each caller an outcome.</summary>
public sealed class WorkerLieTests : IAsyncDisposable
{
    private readonly WorkerSetup _setup = new();

    public ValueTask DisposeAsync() => _setup.DisposeAsync();

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
                lost.shutdown(socket.SHUT_WR)
                try:
                    lost.recv(1)  # ends when the server has given the poll up
                except ConnectionResetError:
                    pass  # it may close the connection hard
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
    public async Task Invoke_AnswerOf100Megabytes_IsCutOff()
    {
        var plan = await _setup.BootstrapAsync("""
            id, _, _ = next()
            try:
                respond(id, b"x" * 100_000_000)
            except OSError:
                connection.close()
            next()
            """);
        Assert.Equal("Function.ResponseSizeTooLarge", Error(await _setup.InvokeAsync(plan)).ErrorType);
    }

    [Fact]
    public async Task Invoke_AnswerThatStalls_TimesOut()
    {
        var plan = await _setup.BootstrapAsync("""
            id, _, _ = next()
            connection.sock.sendall(f"POST {base}invocation/{id}/response HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf".encode())
            time.sleep(1000)
            """, timeout: 1);
        Assert.Equal("Sandbox.Timedout", Error(await _setup.InvokeAsync(plan)).ErrorType);
    }

    [Fact]
    public async Task Invoke_FloodOfHeaders_IsRefusedAndHarmsNobody()
    {
        var plan = await _setup.BootstrapAsync("""
            import socket
            host, port = api.split(":")
            seen = []
            for head in ["X: " + "x" * 100_000 + "\r\n", "X: x\r\n" * 1_000]:
                other = socket.create_connection((host, int(port)))
                try:
                    other.sendall(f"GET {base}invocation/next HTTP/1.1\r\nHost: a\r\n{head}\r\n".encode())
                    seen.append(other.recv(12).decode()[-3:])
                except OSError:
                    seen.append("431")
                other.close()
            id, _, _ = next()
            respond(id, seen)
            next()
            """);
        Assert.Equal("""["431", "431"]""", Text(await _setup.InvokeAsync(plan)));
    }
}
