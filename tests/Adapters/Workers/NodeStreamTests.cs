using System.Text;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Testing;
using Dispatcher.Testing.Functions;
using static Dispatcher.Adapters.Tests.Workers.WorkerSetup;

namespace Dispatcher.Adapters.Tests.Workers;

/// <summary>Streaming handlers of Node.js with the client that ships, and with AWS's own where it is installed.</summary>
public sealed class NodeStreamTests : IAsyncDisposable
{
    private const string Handler = """
        const fs = require('fs');
        const { pipeline } = require('stream/promises');
        const { Readable } = require('stream');
        exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
          if (event.early) throw new RangeError('too early');
          if (event.http) stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });
          if (event.large) return await pipeline(Readable.from(Array.from({ length: 300 }, () => Buffer.alloc(10000, 'x'))), stream);
          stream.write('one ');
          while (event.go && !fs.existsSync(event.go)) await new Promise((resolve) => setTimeout(resolve, 10));
          if (event.fail) throw new RangeError('half way');
          if (event.crash) setTimeout(() => { throw new TypeError('crashed'); }, 1);
          else stream.end(`two ${context.functionVersion}`);
        });
        """;

    private readonly WorkerSetup _setup = new();

    public ValueTask DisposeAsync() => _setup.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_StreamifiedHandler_StreamsFailsAndGoesOn(bool withAwsClient)
    {
        var plan = withAwsClient
            ? await _setup.PlanAsync(Config("provided.al2023"), Zip(
                ("bootstrap", $"#!/bin/sh\nexec node {LambdaRic.Program()} index.handler\n"), ("index.js", Handler)))
            : await _setup.NodeAsync(Handler);
        var go = Path.Combine(_setup.Data, "go");
        var first = new CollectedAnswer();
        var running = StreamAsync(plan, $$"""{"go":"{{go}}"}""", first);
        await Eventually.TrueAsync(() => first.Text == "one ", "the first part is here");
        await File.WriteAllTextAsync(go, "");
        Assert.Equal(0, Assert.IsType<InvocationOutcome.Succeeded>(await running).Payload.Length);
        Assert.Equal("one two $LATEST", first.Text);

        var half = new CollectedAnswer();
        var error = Error(await StreamAsync(plan, """{"fail":true}""", half));
        Assert.Equal(("RangeError", "one "), (error.ErrorType, half.Text));
        Assert.Contains("\"errorMessage\":\"half way\"", Encoding.UTF8.GetString(error.Payload.Span));

        var early = new CollectedAnswer();
        Assert.Equal("RangeError", Error(await StreamAsync(plan, """{"early":true}""", early)).ErrorType);
        Assert.Equal("", early.Text);

        var http = new CollectedAnswer();
        await StreamAsync(plan, """{"http":true}""", http);
        Assert.Equal("{\"statusCode\":201}\0\0\0\0\0\0\0\0one two $LATEST", http.Text);

        var large = new CollectedAnswer();
        await StreamAsync(plan, """{"large":true}""", large);
        Assert.Equal(3_000_000, large.Bytes);

        Assert.Equal("one two $LATEST", Text(await _setup.InvokeAsync(plan)));
    }

    [Fact]
    public async Task Stream_WorkerCrashesInTheMiddle_ItsErrorIsTheEnd()
    {
        var plan = await _setup.NodeAsync(Handler);
        var answer = new CollectedAnswer();
        Assert.Equal("TypeError", Error(await StreamAsync(plan, """{"crash":true}""", answer)).ErrorType);
        Assert.Equal("one ", answer.Text);
    }

    private Task<InvocationOutcome> StreamAsync(FunctionPlan plan, string payload, IAnswerSink answer)
        => _setup.InvokeAsync(plan, Request(plan, payload) with { Answer = answer });
}
