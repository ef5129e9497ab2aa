using System.Text.Json;
using Dispatcher.Testing.Functions;
using static Dispatcher.Adapters.Tests.Workers.WorkerSetup;

namespace Dispatcher.Adapters.Tests.Workers;

/// <summary>
/// AWS's own runtime client for Node.js (npm <c>aws-lambda-ric</c>) against our Runtime API; <c>eng/lambda-ric</c> installs it.
/// </summary>
public sealed class LambdaRicTests : IAsyncDisposable
{
    private readonly WorkerSetup _setup = new();

    public ValueTask DisposeAsync() => _setup.DisposeAsync();

    [Fact]
    public async Task Invoke_WithAwsRuntimeClient_AnswersAndFailsAsOnLambda()
    {
        var plan = await _setup.PlanAsync(Config("provided.al2023", "index.handler"), Zip(
            ("bootstrap", $"#!/bin/sh\nexec node {LambdaRic.Program()} index.handler\n"),
            ("index.js", """
                exports.handler = async (event, context) => {
                  console.log('told', event.a);
                  if (event.fail) throw new RangeError('refused');
                  return { a: event.a, id: context.awsRequestId, arn: context.invokedFunctionArn, client: context.clientContext, pid: process.pid };
                };
                """)));
        var request = Request(plan, """{"a":"ä"}""") with { LogTail = true };
        var outcome = await _setup.InvokeAsync(plan, request);
        var first = JsonDocument.Parse(Text(outcome)).RootElement;
        Assert.Equal("ä", first.GetProperty("a").GetString());
        Assert.Equal(request.RequestId.ToString(), first.GetProperty("id").GetString());
        Assert.Equal(plan.Arn, first.GetProperty("arn").GetString());
        Assert.Contains($"{request.RequestId}\tINFO\ttold ä", Tail(outcome));

        var error = Error(await _setup.InvokeAsync(plan, """{"fail":true}"""));
        Assert.Equal("RangeError", error.ErrorType);
        Assert.Equal("refused", JsonDocument.Parse(error.Payload).RootElement.GetProperty("errorMessage").GetString());

        var withContext = Request(plan, "{}") with { ClientContext = """{"custom":{"k":"v"}}""" };
        var last = JsonDocument.Parse(Text(await _setup.InvokeAsync(plan, withContext))).RootElement;
        Assert.Equal("v", last.GetProperty("client").GetProperty("custom").GetProperty("k").GetString());
        Assert.Equal(first.GetProperty("pid").GetInt32(), last.GetProperty("pid").GetInt32());
    }

    [Fact]
    public async Task Invoke_WithAwsRuntimeClientAndBrokenModule_ReportsInitError()
    {
        var plan = await _setup.PlanAsync(Config("provided.al2023", "index.handler"), Zip(
            ("bootstrap", $"#!/bin/sh\nexec node {LambdaRic.Program()} index.handler\n"), ("index.js", "throw new TypeError('at load');")));
        Assert.Equal("TypeError", Error(await _setup.InvokeAsync(plan)).ErrorType);
    }
}
