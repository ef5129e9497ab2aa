using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using static Dispatcher.Adapters.Tests.Workers.WorkerSetup;

namespace Dispatcher.Adapters.Tests.Workers;

/// <summary>Handlers of Node.js, run by the machine's node.</summary>
public sealed class NodeWorkerTests : IAsyncDisposable
{
    private readonly WorkerSetup _setup = new();

    public ValueTask DisposeAsync() => _setup.DisposeAsync();

    [Theory]
    [InlineData("exports.handler = async (event) => ({ got: event.a });", """{"got":"ä"}""")]
    [InlineData("exports.handler = (event, context, done) => done(null, event.a);", "\"ä\"")]
    [InlineData("exports.handler = (event, context, done) => { setTimeout(() => done(null, 1), 5); };", "1")]
    [InlineData("exports.handler = (event, context) => context.succeed(7);", "7")]
    [InlineData("exports.handler = () => {};", "null")]
    [InlineData("exports.handler = async () => {};", "null")]
    public async Task Invoke_HandlersOfEveryKind_Answer(string code, string expected)
    {
        var plan = await _setup.NodeAsync(code);
        Assert.Equal(expected, Text(await _setup.InvokeAsync(plan, """{"a":"ä"}""")));
        Assert.Equal(expected, Text(await _setup.InvokeAsync(plan, """{"a":"ä"}""")));
    }

    [Fact]
    public async Task Invoke_EcmaScriptModuleInFolder_IsFound()
    {
        var config = Config("nodejs22.x", "src/app.inner.run");
        var plan = await _setup.PlanAsync(config, Zip(("src/app.mjs", "export const inner = { run: async () => 'module' };")));
        Assert.Equal("\"module\"", Text(await _setup.InvokeAsync(plan)));
    }

    [Fact]
    public async Task Invoke_Context_HasLambdasMembers()
    {
        var plan = await _setup.NodeAsync("""
            exports.handler = async (event, c) => ({
              name: c.functionName, version: c.functionVersion, id: c.awsRequestId, arn: c.invokedFunctionArn,
              memory: c.memoryLimitInMB, client: c.clientContext, left: c.getRemainingTimeInMillis(), group: c.logGroupName,
              trace: process.env._X_AMZN_TRACE_ID });
            """);
        var request = Request(plan, "{}") with { ClientContext = "{\"custom\":{\"a\":\n1}}", TraceId = "Root=1-2-3" };
        var json = JsonDocument.Parse(Text(await _setup.InvokeAsync(plan, request))).RootElement;
        Assert.Equal("tested", json.GetProperty("name").GetString());
        Assert.Equal("$LATEST", json.GetProperty("version").GetString());
        Assert.Equal(request.RequestId.ToString(), json.GetProperty("id").GetString());
        Assert.Equal(plan.Arn, json.GetProperty("arn").GetString());
        Assert.Equal("512", json.GetProperty("memory").GetString());
        Assert.Equal(1, json.GetProperty("client").GetProperty("custom").GetProperty("a").GetInt32());
        Assert.InRange(json.GetProperty("left").GetInt32(), 5_000, 10_000);
        Assert.Equal("/aws/lambda/tested", json.GetProperty("group").GetString());
        Assert.Equal("Root=1-2-3", json.GetProperty("trace").GetString());
    }

    [Theory]
    [InlineData("exports.handler = async () => { throw new TypeError('bad ä'); };", "TypeError", "bad ä")]
    [InlineData("exports.handler = (e, c, done) => done(new RangeError('bad ä'));", "RangeError", "bad ä")]
    [InlineData("exports.handler = () => { throw new Error('bad ä'); };", "Error", "bad ä")]
    [InlineData("exports.handler = async () => { throw 'bad ä'; };", "string", "bad ä")]
    public async Task Invoke_HandlerThrows_IsFunctionErrorAndWorkerLives(string code, string type, string message)
    {
        var plan = await _setup.NodeAsync("globalThis.n = 0;" + code);
        for (var i = 0; i < 2; i++)
        {
            var error = Error(await _setup.InvokeAsync(plan));
            var json = JsonDocument.Parse(error.Payload).RootElement;
            Assert.Equal(("Unhandled", type), (error.Kind, error.ErrorType));
            Assert.Equal(type, json.GetProperty("errorType").GetString());
            Assert.Equal(message, json.GetProperty("errorMessage").GetString());
            Assert.Equal(JsonValueKind.Array, json.GetProperty("trace").ValueKind);
        }
    }

    [Theory]
    [InlineData("exports.other = 1;", "Runtime.HandlerNotFound")]
    [InlineData("exports.handler = ;", "Runtime.UserCodeSyntaxError")]
    [InlineData("require('not-there');", "Runtime.ImportModuleError")]
    [InlineData("throw new TypeError('at load');", "TypeError")]
    public async Task Invoke_ModuleCannotBeLoaded_ReportsInitError(string code, string type)
    {
        var plan = await _setup.NodeAsync(code);
        Assert.Equal(type, Error(await _setup.InvokeAsync(plan)).ErrorType);
    }

    [Fact]
    public async Task Invoke_UncaughtErrorOutsideOfHandler_EndsTheEventAndTheWorker()
    {
        var plan = await _setup.NodeAsync("""
            exports.handler = (event, c, done) => event.die ? setTimeout(() => { throw new EvalError('late'); }, 1) : done(null, process.pid);
            """);
        var before = Text(await _setup.InvokeAsync(plan));
        Assert.Equal("EvalError", Error(await _setup.InvokeAsync(plan, """{"die":true}""")).ErrorType);
        Assert.NotEqual(before, Text(await _setup.InvokeAsync(plan)));
    }

    [Fact]
    public async Task Invoke_LargeEventAndAnswer_ComeThroughWhole()
    {
        var plan = await _setup.NodeAsync("exports.handler = async (event) => event;");
        var payload = $"\"{new string('x', 6_000_000)}\"";
        Assert.Equal(payload, Text(await _setup.InvokeAsync(plan, payload)));
    }

    [Fact]
    public async Task Invoke_AnswerTooLarge_IsFunctionErrorAndWorkerLives()
    {
        var plan = await _setup.NodeAsync("exports.handler = async (event) => event.n ? 'x'.repeat(event.n) : process.pid;");
        var pid = Text(await _setup.InvokeAsync(plan));
        var error = Error(await _setup.InvokeAsync(plan, """{"n":6291557}"""));
        Assert.Equal("Function.ResponseSizeTooLarge", error.ErrorType);
        Assert.Contains("(6291556 bytes)", System.Text.Encoding.UTF8.GetString(error.Payload.Span));
        Assert.Equal(pid, Text(await _setup.InvokeAsync(plan)));
    }

    [Fact]
    public async Task Invoke_LogTail_HasLambdasLines()
    {
        var plan = await _setup.NodeAsync("exports.handler = async (event) => { console.log('seen', event); process.stderr.write('no end'); };");
        var request = Request(plan, """{"a":1}""") with { LogTail = true };
        var tail = Tail(await _setup.InvokeAsync(plan, request));
        Assert.StartsWith($"START RequestId: {request.RequestId} Version: $LATEST\n", tail);
        Assert.Contains($"\t{request.RequestId}\tINFO\tseen {{ a: 1 }}\n", tail);
        Assert.Contains($"END RequestId: {request.RequestId}\nREPORT RequestId: {request.RequestId}\tDuration: ", tail);
        const string form = @"Duration: (?<ran>[\d.]+) ms\tBilled Duration: (?<billed>\d+) ms\tMemory Size: 512 MB\t"
            + @"Max Memory Used: (?<memory>\d+) MB\tInit Duration: (?<init>[\d.]+) ms\t\n$";
        var report = Regex.Match(tail, form, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10));
        Assert.True(report.Success, tail);
        double Of(string name) => double.Parse(report.Groups[name].Value, CultureInfo.InvariantCulture);
        Assert.InRange(Of("billed"), Of("ran") + Of("init") - 0.01, Of("ran") + Of("init") + 1.01);
        Assert.InRange(Of("memory"), 10, 512);
        Assert.Contains(_setup.Log.Lines, line => line.Contains($"tested {request.RequestId} stderr: no end"));
    }
}
