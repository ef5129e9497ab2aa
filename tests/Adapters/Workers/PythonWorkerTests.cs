using System.Text.Json;
using static Dispatcher.Adapters.Tests.Workers.WorkerSetup;

namespace Dispatcher.Adapters.Tests.Workers;

/// <summary>Handlers of Python, run by the machine's python3.</summary>
public sealed class PythonWorkerTests : IAsyncDisposable
{
    private readonly WorkerSetup _setup = new();

    public ValueTask DisposeAsync() => _setup.DisposeAsync();

    [Fact]
    public async Task Invoke_Handler_AnswersAndStaysWarm()
    {
        var plan = await _setup.PythonAsync("""
            import os
            calls = 0
            def handler(event, context):
                global calls
                calls += 1
                return {"got": event["a"], "calls": calls}
            """);
        Assert.Equal("""{"got": "ä", "calls": 1}""", Text(await _setup.InvokeAsync(plan, """{"a":"ä"}""")));
        Assert.Equal("""{"got": "ä", "calls": 2}""", Text(await _setup.InvokeAsync(plan, """{"a":"ä"}""")));
    }

    [Fact]
    public async Task Invoke_ModuleInPackage_IsFound()
    {
        var plan = await _setup.PlanAsync(
            Config("python3.13", "app/main.run"), Zip(("app/__init__.py", ""), ("app/main.py", "def run(e, c): return 5")));
        Assert.Equal("5", Text(await _setup.InvokeAsync(plan)));
    }

    [Fact]
    public async Task Invoke_Context_HasLambdasMembers()
    {
        var plan = await _setup.PythonAsync("""
            def handler(event, c):
                return {"id": c.aws_request_id, "arn": c.invoked_function_arn, "left": c.get_remaining_time_in_millis(),
                        "name": c.function_name, "memory": c.memory_limit_in_mb, "custom": c.client_context.custom["k"]}
            """);
        var request = Request(plan, "{}") with { ClientContext = """{"custom":{"k":"ü"}}""" };
        var json = JsonDocument.Parse(Text(await _setup.InvokeAsync(plan, request))).RootElement;
        Assert.Equal(request.RequestId.ToString(), json.GetProperty("id").GetString());
        Assert.Equal(plan.Arn, json.GetProperty("arn").GetString());
        Assert.InRange(json.GetProperty("left").GetInt32(), 5_000, 10_000);
        Assert.Equal("tested", json.GetProperty("name").GetString());
        Assert.Equal("512", json.GetProperty("memory").GetString());
        Assert.Equal("ü", json.GetProperty("custom").GetString());
    }

    [Fact]
    public async Task Invoke_HandlerRaises_IsFunctionErrorWithTrace()
    {
        var plan = await _setup.PythonAsync("def handler(event, context):\n    return {}['missing ä']");
        var error = Error(await _setup.InvokeAsync(plan));
        var json = JsonDocument.Parse(error.Payload).RootElement;
        Assert.Equal(("Unhandled", "KeyError"), (error.Kind, error.ErrorType));
        Assert.Equal("'missing ä'", json.GetProperty("errorMessage").GetString());
        Assert.Contains("index.py", json.GetProperty("stackTrace")[0].GetString());
    }

    [Theory]
    [InlineData("import not_there", "Runtime.ImportModuleError")]
    [InlineData("def handler(", "Runtime.UserCodeSyntaxError")]
    [InlineData("other = 1", "Runtime.HandlerNotFound")]
    [InlineData("raise ValueError('at load')", "ValueError")]
    public async Task Invoke_ModuleCannotBeLoaded_ReportsInitError(string code, string type)
    {
        var plan = await _setup.PythonAsync(code);
        Assert.Equal(type, Error(await _setup.InvokeAsync(plan)).ErrorType);
    }

    [Fact]
    public async Task Invoke_AnswerThatIsNoJson_IsMarshalError()
    {
        var plan = await _setup.PythonAsync("def handler(event, context): return {1, 2}");
        Assert.Equal("Runtime.MarshalError", Error(await _setup.InvokeAsync(plan)).ErrorType);
    }

    [Fact]
    public async Task Invoke_PrintWithoutFlush_IsInTheTail()
    {
        var plan = await _setup.PythonAsync("""
            import logging
            logging.getLogger().setLevel(logging.INFO)
            def handler(event, context):
                print("printed")
                logging.info("logged")
            """);
        var request = Request(plan, "{}") with { LogTail = true };
        var tail = Tail(await _setup.InvokeAsync(plan, request));
        Assert.Contains("\nprinted\n", tail);
        Assert.Contains($"\t{request.RequestId}\tlogged\n", tail);
    }
}
