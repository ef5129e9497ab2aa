using System.Buffers;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Records;
using Dispatcher.Gateway.Security;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Api;

/// <summary>A whole request body in a pooled buffer.</summary>
internal readonly struct RequestBody : IDisposable
{
    private const int FirstBytes = 4 * 1024;

    private readonly byte[] _buffer;
    private readonly int _length;

    private RequestBody(byte[] buffer, int length) => (_buffer, _length) = (buffer, length);

    /// <summary>The bytes; lives until this is disposed.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Reads a body to its end, or takes the one that was read to check its signature.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">It is larger than <see cref="Limits.RequestBodyBytes"/>.</exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.HttpContext.Features.Get<ReadBody>() is { } kept && kept.TryTake(out var taken))
        {
            return taken;
        }

        if (request.ContentLength > Limits.RequestBodyBytes)
        {
            throw ApiErrors.BodyTooLarge(Limits.RequestBodyBytes);
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? FirstBytes) + 1);
        var length = 0;
        try
        {
            while (await request.Body.ReadAsync(buffer.AsMemory(length), cancellation) is > 0 and var read)
            {
                length += read;
                buffer = length == buffer.Length ? Grow(buffer) : buffer;
            }

            return new RequestBody(buffer, length);
        }
        catch (Exception)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private static byte[] Grow(byte[] full)
    {
        if (full.Length > Limits.RequestBodyBytes)
        {
            throw ApiErrors.BodyTooLarge(Limits.RequestBodyBytes);
        }

        PooledBytes.Ensure(ref full, full.Length, 1);
        return full;
    }
}
