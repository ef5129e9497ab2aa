using System.IO.Pipelines;
using System.Text;
using Dispatcher.Adapters.Runtimes;
using Dispatcher.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Dispatcher.Adapters.Workers.Api;

/// <summary>One request of a worker to the Runtime API and the answer to it.</summary>
internal readonly struct RuntimeCall(IFeatureCollection features)
{
    private static readonly byte[] Accepted = """{"status":"OK"}"""u8.ToArray();

    /// <summary>Headers of the answer.</summary>
    public IHeaderDictionary Headers => features.Get<IHttpResponseFeature>()!.Headers;

    /// <summary>Headers of the request.</summary>
    public IHeaderDictionary RequestHeaders => features.Get<IHttpRequestFeature>()!.Headers;

    /// <summary>Headers after the body, once that was read; null where there were none.</summary>
    public IHeaderDictionary? Trailers => features.Get<IHttpRequestTrailersFeature>() is { Available: true } feature
        ? feature.Trailers
        : null;

    /// <summary>The body of the request.</summary>
    public PipeReader Body => features.Get<IRequestBodyPipeFeature>()!.Reader;

    /// <summary>Closes the connection without an answer.</summary>
    public void Abort() => features.Get<IHttpRequestLifetimeFeature>()!.Abort();

    /// <summary>
    /// Reads the body; null where it is larger than <see cref="Limits.ResponsePayloadBytes"/>. What is too much is read and
    /// thrown away, so that the worker can read the refusal and live on. A body that
    /// breaks off ends with an exception, also where a worker closes the connection without waiting for the answer.
    /// </summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadBodyAsync()
    {
        var body = await BoundedBody.ReadAsync(
            Body, RequestHeaders.ContentLength, Limits.ResponsePayloadBytes, CancellationToken.None);
        if (body is null)
        {
            await DiscardBodyAsync();
        }

        return body;
    }

    /// <summary>Throws away what is left of the body, so that the worker can read the answer; closes the connection where it is endless.</summary>
    public async ValueTask DiscardBodyAsync()
    {
        if (!await BoundedBody.DiscardAsync(Body, CancellationToken.None))
        {
            Abort();
        }
    }

    /// <summary>202: the answer was taken.</summary>
    public async Task AcceptAsync()
    {
        Headers.ContentType = "application/json";
        await WriteAsync(202, Accepted);
    }

    /// <summary>Refuses a request in the shape of the Runtime API.</summary>
    public async Task RefuseAsync(int status, string type, string message)
    {
        Headers.ContentType = "application/json";
        await WriteAsync(status, Encoding.UTF8.GetBytes($$"""{"errorMessage":"{{message}}","errorType":"{{type}}"}"""));
    }

    /// <summary>Writes the whole answer. Its memory is not read any more when this returns, sent or not.</summary>
    public async ValueTask WriteAsync(int status, ReadOnlyMemory<byte> body)
    {
        features.Get<IHttpResponseFeature>()!.StatusCode = status;
        Headers.ContentLength = body.Length;
        await features.Get<IHttpResponseBodyFeature>()!.Writer.WriteAsync(body, CancellationToken.None);
    }
}
