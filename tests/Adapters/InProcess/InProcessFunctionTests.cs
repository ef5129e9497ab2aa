using System.Text;
using System.Text.Json;
using Dispatcher.Adapters.InProcess;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Adapters.Tests.InProcess;

/// <summary>Functions of this process.</summary>
public sealed class InProcessFunctionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invoke_Handler_AnswersByNameWithoutCase()
    {
        var outcome = await InvokeAsync((request, _) => ValueTask.FromResult(request.Payload), "in-process://ECHO");
        Assert.Equal("{}", Encoding.UTF8.GetString(Assert.IsType<InvocationOutcome.Succeeded>(outcome).Payload.Span));
        Assert.Equal("3", outcome.ExecutedVersion);
    }

    [Fact]
    public async Task Invoke_HandlerThrows_IsHandledError()
    {
        var error = Assert.IsType<InvocationOutcome.FunctionError>(
            await InvokeAsync((_, _) => throw new InvalidDataException("bad ä")));
        var json = JsonDocument.Parse(error.Payload).RootElement;
        Assert.Equal(("Handled", "InvalidDataException"), (error.Kind, error.ErrorType));
        Assert.Equal("bad ä", json.GetProperty("errorMessage").GetString());
        Assert.NotEqual(0, json.GetProperty("stackTrace").GetArrayLength());
    }

    [Fact]
    public async Task Invoke_TooLong_IsToldAndTimesOut()
    {
        var error = Assert.IsType<InvocationOutcome.FunctionError>(await InvokeAsync(async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return default;
        }));
        Assert.Equal("Sandbox.Timedout", error.ErrorType);
    }

    [Fact]
    public async Task Invoke_AnswerTooLarge_IsFunctionError()
    {
        var outcome = await InvokeAsync((_, _) => new(new byte[Limits.ResponsePayloadBytes + 1]));
        Assert.Equal("Function.ResponseSizeTooLarge", Assert.IsType<InvocationOutcome.FunctionError>(outcome).ErrorType);
    }

    [Fact]
    public async Task Invoke_UnknownName_IsFailureAndRefusedAtCreation()
    {
        Assert.IsType<InvocationOutcome.Failed>(await InvokeAsync((_, _) => default, "in-process://other"));
        var runtime = new InProcessRuntime([], TimeProvider.System);
        await Assert.ThrowsAsync<ServiceException>(
            async () => await runtime.ValidateAsync(Plan("in-process://other").Config, default, Cancel));
    }

    private static Task<InvocationOutcome> InvokeAsync(
        Func<InvocationRequest, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> handler, string uri = "in-process://echo")
    {
        var runtime = new InProcessRuntime([new InProcessFunction("echo", new Handler(handler))], TimeProvider.System);
        var request = new InvocationRequest(new FunctionRef("f"), Guid.NewGuid(), "{}"u8.ToArray());
        return runtime.InvokeAsync(Plan(uri), request, Cancel).AsTask();
    }

    private static FunctionPlan Plan(string uri) => new(
        new FunctionConfig { Name = "f", Version = "3", PackageType = "Image", ImageUri = uri, Timeout = 1 },
        "arn:aws:lambda:us-east-1:000000000000:function:f:3");

    private sealed class Handler(Func<InvocationRequest, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> handle) : IFunctionHandler
    {
        public ValueTask<ReadOnlyMemory<byte>> HandleAsync(InvocationRequest request, CancellationToken cancellation)
            => handle(request, cancellation);
    }
}
