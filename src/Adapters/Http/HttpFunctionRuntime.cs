using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Dispatcher.Adapters.Runtimes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Http;

/// <summary>
/// HTTP functions (<c>PackageType=Image</c>, <c>ImageUri=http(s)://…</c>): the event is POSTed there, the body of the
/// answer is the result. 2xx without <c>X-Amz-Function-Error</c> is success; 429 is a throttle (with its Retry-After);
/// every other status, and that header, is a function error. No connection, or one that broke, is a failure of the call.
/// The body of a success is handed on while it comes to callers who want a stream.
/// </summary>
internal sealed partial class HttpFunctionRuntime(TimeProvider clock, ILogger<HttpFunctionRuntime> log)
    : IFunctionRuntime, IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly StreamPipeReaderOptions StreamReading = new(bufferSize: Limits.StreamedFrameBytes);

    /// <summary>The parsed addresses of configurations; one that nobody uses any more goes by itself.</summary>
    private static readonly ConditionalWeakTable<FunctionConfig, Uri> Uris = [];

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null, // the trace header is the function's own
        PooledConnectionLifetime = TimeSpan.FromMilliseconds(Limits.HttpConnectionMs),
        ConnectTimeout = TimeSpan.FromMilliseconds(Limits.HttpConnectMs),
        RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.UTF8,
    });

    /// <inheritdoc/>
    public bool Handles(FunctionConfig config) => config.PackageType == "Image"
        && (config.ImageUri?.StartsWith("http://", StringComparison.OrdinalIgnoreCase) == true
            || config.ImageUri?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true);

    /// <inheritdoc/>
    public ValueTask ValidateAsync(FunctionConfig config, ReadOnlyMemory<byte> archive, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(config.ImageUri, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.UserInfo.Length > 0)
        {
            throw ServiceException.Invalid(
                $"ImageUri '{config.ImageUri}' is not a usable URL: http(s)://host[:port]/path without user and password.");
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask RetireAsync(FunctionPlan plan, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask<InvocationOutcome> InvokeAsync(
        FunctionPlan plan, InvocationRequest request, CancellationToken cancellation)
    {
        var outcome = await PostAsync(plan, request, cancellation);
        return outcome with { ExecutedVersion = plan.Config.Version };
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async ValueTask<InvocationOutcome> PostAsync(
        FunctionPlan plan, InvocationRequest request, CancellationToken cancellation)
    {
        using var either = new CancellationTokenSource(TimeSpan.FromSeconds(plan.Config.Timeout), clock);
        await using var caller = cancellation.UnsafeRegister(static either => ((CancellationTokenSource)either!).Cancel(), either);
        try
        {
            using var message = Message(plan, request);
            using var response = await _http.SendAsync(message, either.Token);
            return await ReadAsync(plan, request, response, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return FunctionErrors.TimedOut(plan, request.RequestId);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            LogUnreachable(plan.Config.Name, request.RequestId, plan.Config.ImageUri, error.Message);
            if (request.Answer is { HasBegun: true })
            {
                return FunctionErrors.Truncated();
            }

            return new InvocationOutcome.Failed(new ServiceException(
                ServiceErrorKind.Internal, $"The function at {plan.Config.ImageUri} cannot be reached: {error.Message}", error));
        }
    }

    private static Uri UriOf(FunctionConfig config) => Uris.GetValue(config, static one => new Uri(one.ImageUri!));

    private HttpRequestMessage Message(FunctionPlan plan, InvocationRequest request)
    {
        var now = clock.GetUtcNow();
        var message = new HttpRequestMessage(HttpMethod.Post, UriOf(plan.Config))
        {
            Content = new ReadOnlyMemoryContent(request.Payload),
        };
        message.Content.Headers.ContentType = Json;
        var headers = message.Headers;
        headers.Add("Lambda-Runtime-Aws-Request-Id", request.RequestId.ToString());
        headers.Add("Lambda-Runtime-Deadline-Ms", $"{now.AddSeconds(plan.Config.Timeout).ToUnixTimeMilliseconds()}");
        headers.Add("Lambda-Runtime-Invoked-Function-Arn", plan.Arn);
        var trace = HeaderText.Trace(request.TraceId, request.RequestId, now);
        headers.TryAddWithoutValidation("Lambda-Runtime-Trace-Id", trace);
        headers.TryAddWithoutValidation("X-Amzn-Trace-Id", trace);
        if (request.ClientContext is { } context)
        {
            headers.TryAddWithoutValidation("Lambda-Runtime-Client-Context", HeaderText.Clean(context));
        }

        return message;
    }

    private static async ValueTask<InvocationOutcome> ReadAsync(
        FunctionPlan plan, InvocationRequest request, HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            return new InvocationOutcome.Throttled(
                InvocationOutcome.Throttled.AccountLimit, response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1));
        }

        var told = response.Headers.TryGetValues("X-Amz-Function-Error", out var kinds) ? kinds.First() : null;
        var succeeded = told is null && response.IsSuccessStatusCode;
        if (succeeded && request.Answer is { } sink)
        {
            return await StreamAsync(response, sink, plan.Config.Version, cancellation)
                ? new InvocationOutcome.Succeeded(default)
                : FunctionErrors.ResponseTooLarge(Limits.StreamedAnswerBytes);
        }

        var body = await BodyAsync(response, cancellation);
        return body is not { } payload ? FunctionErrors.ResponseTooLarge()
            : succeeded ? new InvocationOutcome.Succeeded(payload)
            : Error(payload, told, (int)response.StatusCode);
    }

    private static async ValueTask<bool> StreamAsync(
        HttpResponseMessage response, IAnswerSink sink, string version, CancellationToken cancellation)
    {
        var reader = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellation), StreamReading);
        try
        {
            return await StreamedBody.CopyAsync(reader, sink, version, cancellation);
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    /// <summary>The body's own error where it is JSON with an errorType, else one that names the status.</summary>
    private static InvocationOutcome.FunctionError Error(ReadOnlyMemory<byte> body, string? told, int status)
    {
        var type = FunctionErrors.TypeOf(body.Span, out var isJson);
        var error = isJson && (type is not null || told is not null)
            ? FunctionErrors.Reported(body, type)
            : FunctionErrors.Platform($"Http.Status{status}", $"The function answered with HTTP status {status}");
        return told is "Handled" ? error with { Kind = told } : error;
    }

    private static async ValueTask<ReadOnlyMemory<byte>?> BodyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellation);
        if (response.Content.Headers.ContentLength is { } length and <= Limits.ResponsePayloadBytes)
        {
            var body = new byte[length];
            await stream.ReadExactlyAsync(body, cancellation);
            return body;
        }

        var reader = PipeReader.Create(stream);
        try
        {
            return await BoundedBody.ReadAsync(
                reader, response.Content.Headers.ContentLength, Limits.ResponsePayloadBytes, cancellation);
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }
}
