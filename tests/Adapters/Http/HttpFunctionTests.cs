using System.Net;
using System.Net.Sockets;
using System.Text;
using Dispatcher.Adapters.Http;
using Dispatcher.Adapters.Tests.Workers;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dispatcher.Adapters.Tests.Http;

/// <summary>HTTP functions against a real HTTP server.</summary>
public sealed class HttpFunctionTests : IAsyncLifetime
{
    private readonly HttpFunctionRuntime _runtime = new(TimeProvider.System, NullLogger<HttpFunctionRuntime>.Instance);
    private WebApplication? _server;
    private RequestDelegate _answer = _ => Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Run(context => _answer(context));
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _runtime.Dispose();
        await _server!.DisposeAsync();
    }

    [Fact]
    public async Task Invoke_Answer_IsTheResultAndHeadersTellTheInvocation()
    {
        var headers = new HeaderDictionary();
        var body = "";
        _answer = async context =>
        {
            foreach (var header in context.Request.Headers)
            {
                headers.Append(header.Key, header.Value);
            }

            body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            await context.Response.WriteAsync("""{"ok":1}""");
        };
        var request = Request("""{"a":1}""") with { TraceId = "Root=1", ClientContext = "{\n}" };
        var outcome = await InvokeAsync(request);
        Assert.Equal("""{"ok":1}""", Encoding.UTF8.GetString(Assert.IsType<InvocationOutcome.Succeeded>(outcome).Payload.Span));
        Assert.Equal("""{"a":1}""", body);
        Assert.Equal("7", outcome.ExecutedVersion);
        Assert.Equal(request.RequestId.ToString(), headers["Lambda-Runtime-Aws-Request-Id"]);
        Assert.Equal(Plan().Arn, headers["Lambda-Runtime-Invoked-Function-Arn"]);
        Assert.Equal(
            ("Root=1", "Root=1", "{ }", "application/json"),
            (headers["Lambda-Runtime-Trace-Id"].ToString(), headers["X-Amzn-Trace-Id"].ToString(), headers["Lambda-Runtime-Client-Context"].ToString(), headers["Content-Type"].ToString()));
        var left = long.Parse(headers["Lambda-Runtime-Deadline-Ms"]!) - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Assert.InRange(left, 0, 2000);
    }

    [Theory]
    [InlineData(500, "", """{"errorType":"Mine","errorMessage":"no"}""", "Unhandled", "Mine", """{"errorType":"Mine","errorMessage":"no"}""")]
    [InlineData(404, "", "not here", "Unhandled", "Http.Status404", """{"errorType":"Http.Status404","errorMessage":"The function answered with HTTP status 404"}""")]
    [InlineData(302, "", "", "Unhandled", "Http.Status302", """{"errorType":"Http.Status302","errorMessage":"The function answered with HTTP status 302"}""")]
    [InlineData(200, "Handled", """{"errorType":"A"}""", "Handled", "A", """{"errorType":"A"}""")]
    [InlineData(200, "Unhandled", """{"x":1}""", "Unhandled", "Runtime.Unknown", """{"x":1}""")]
    public async Task Invoke_ErrorAnswer_IsFunctionError(int status, string header, string body, string kind, string type, string payload)
    {
        _answer = async context =>
        {
            context.Response.StatusCode = status;
            if (header.Length > 0)
            {
                context.Response.Headers["X-Amz-Function-Error"] = header;
            }

            await context.Response.WriteAsync(body);
        };
        var error = Assert.IsType<InvocationOutcome.FunctionError>(await InvokeAsync(Request("{}")));
        Assert.Equal((kind, type, payload), (error.Kind, error.ErrorType, Encoding.UTF8.GetString(error.Payload.Span)));
    }

    [Fact]
    public async Task Invoke_Busy_IsThrottledWithItsRetryAfter()
    {
        _answer = context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "7";
            return Task.CompletedTask;
        };
        var throttled = Assert.IsType<InvocationOutcome.Throttled>(await InvokeAsync(Request("{}")));
        Assert.Equal(TimeSpan.FromSeconds(7), throttled.RetryAfter);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Invoke_AnswerTooLarge_IsFunctionError(bool tellsLength)
    {
        _answer = async context =>
        {
            context.Response.ContentLength = tellsLength ? Limits.ResponsePayloadBytes + 1 : null;
            await context.Response.Body.WriteAsync(new byte[Limits.ResponsePayloadBytes + 1], context.RequestAborted);
        };
        var error = Assert.IsType<InvocationOutcome.FunctionError>(await InvokeAsync(Request("{}")));
        Assert.Equal("Function.ResponseSizeTooLarge", error.ErrorType);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Invoke_TooLong_IsTimedOut(bool afterHeaders)
    {
        _answer = async context =>
        {
            if (afterHeaders)
            {
                await context.Response.StartAsync();
            }

            var gone = new TaskCompletionSource();
            await using var wait = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
        };
        var error = Assert.IsType<InvocationOutcome.FunctionError>(await InvokeAsync(Request("{}"), timeout: 1));
        Assert.Equal("Sandbox.Timedout", error.ErrorType);
    }

    [Fact]
    public async Task Stream_Body_IsHandedOnWhileItComes()
    {
        var seen = new TaskCompletionSource();
        _answer = async context =>
        {
            await context.Response.WriteAsync("one ");
            await context.Response.Body.FlushAsync();
            await seen.Task;
            await context.Response.WriteAsync("two");
        };
        var answer = new CollectedAnswer();
        var running = InvokeAsync(Request("{}") with { Answer = answer }, timeout: 60);
        await Eventually.TrueAsync(() => answer.Text == "one ", "the first part is here");
        seen.SetResult();
        Assert.Equal(0, Assert.IsType<InvocationOutcome.Succeeded>(await running).Payload.Length);
        Assert.Equal(("one two", "7"), (answer.Text, answer.Version));
    }

    [Fact]
    public async Task Stream_ErrorsAndBrokenBodies_AreTold()
    {
        _answer = async context =>
        {
            context.Response.StatusCode = 500;
            await context.Response.WriteAsync("""{"errorType":"Mine"}""");
        };
        var none = new CollectedAnswer();
        Assert.Equal("Mine", Assert.IsType<InvocationOutcome.FunctionError>(await InvokeAsync(Request("{}") with { Answer = none })).ErrorType);
        Assert.False(none.HasBegun);

        _answer = async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };
        var half = new CollectedAnswer();
        var outcome = await InvokeAsync(Request("{}") with { Answer = half }, timeout: 60);
        Assert.True(
            half.HasBegun ? outcome is InvocationOutcome.FunctionError { ErrorType: "Runtime.TruncatedResponse" } : outcome is InvocationOutcome.Failed,
            $"{outcome}");
    }

    [Fact]
    public async Task Invoke_Cancelled_Throws()
    {
        using var stop = new CancellationTokenSource();
        _answer = async context =>
        {
            await stop.CancelAsync();
            var gone = new TaskCompletionSource();
            await using var wait = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _runtime.InvokeAsync(Plan(), Request("{}"), stop.Token).AsTask());
    }

    [Fact]
    public async Task Invoke_ConnectionBreaks_IsFailure()
    {
        _answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        Assert.IsType<InvocationOutcome.Failed>(await InvokeAsync(Request("{}")));
    }

    [Fact]
    public async Task Invoke_NobodyListens_IsFailure()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound, not listening
        var plan = Plan($"http://127.0.0.1:{((IPEndPoint)taken.LocalEndPoint!).Port}/");
        var failed = Assert.IsType<InvocationOutcome.Failed>(
            await _runtime.InvokeAsync(plan, Request("{}"), TestContext.Current.CancellationToken));
        Assert.Contains("cannot be reached", failed.Error.Message);
    }

    [Theory]
    [InlineData("http://")]
    [InlineData("http://user:secret@host/")]
    [InlineData("https://bad host/")]
    public async Task Validate_BadUrl_IsRefused(string uri)
    {
        var error = await Assert.ThrowsAsync<ServiceException>(async () =>
            await _runtime.ValidateAsync(Plan(uri).Config, default, TestContext.Current.CancellationToken));
        Assert.Equal(ServiceErrorKind.InvalidParameterValue, error.Kind);
    }

    [Theory]
    [InlineData("HTTP://host/", true)]
    [InlineData("https://host/", true)]
    [InlineData("in-process://x", false)]
    [InlineData("registry.example/image", false)]
    public void Handles_ImagesWithHttpUri(string uri, bool handled) => Assert.Equal(handled, _runtime.Handles(Plan(uri).Config));

    private FunctionPlan Plan(string? uri = null, int timeout = 2)
    {
        var config = new FunctionConfig
        {
            Name = "web",
            Version = "7",
            PackageType = "Image",
            ImageUri = uri ?? _server!.Urls.First() + "/function",
            Timeout = timeout,
        };
        return new FunctionPlan(config, "arn:aws:lambda:us-east-1:000000000000:function:web:7");
    }

    private static InvocationRequest Request(string payload)
        => new(new FunctionRef("web"), Guid.NewGuid(), Encoding.UTF8.GetBytes(payload));

    private Task<InvocationOutcome> InvokeAsync(InvocationRequest request, int timeout = 2)
        => _runtime.InvokeAsync(Plan(timeout: timeout), request, TestContext.Current.CancellationToken).AsTask();
}
