using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Dispatcher.Gateway.Security;

/// <summary>
/// Lets requests in: finds out who sent them, before anything acts on them. The body is read once, hashed, and handed on.
/// </summary>
internal sealed class Authenticator(AccessKeys keys, DispatcherConfig config, TimeProvider time)
{
    private const string Bearer = "Bearer ";

    private readonly Caller _own = Caller.Own(config.Account);

    /// <summary>Lets a call of an AWS operation in; sets <see cref="Caller"/> and the body's buffer as features of the request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="service">The service's name in signatures; null where any will do.</param>
    /// <param name="maximumBytes">Bytes of a body that is read; the service's own limit may be lower.</param>
    /// <param name="ownOnly">Whether only callers of the server's account may come in.</param>
    /// <exception cref="Contracts.Errors.ServiceException">It may not come in.</exception>
    public async ValueTask<Caller> EnterAsync(
        HttpContext context, string? service, int maximumBytes = Limits.RequestBodyBytes, bool ownOnly = false)
    {
        if (!keys.AreRequired)
        {
            BrowserGuard.Demand(context.Request, config);
            return Let(context, _own);
        }

        if (context.Request.ContentLength > maximumBytes)
        {
            throw ApiErrors.BodyTooLarge(maximumBytes);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = maximumBytes;
        }

        var caller = await VerifyAsync(context, service);
        return caller.IsOwn || !ownOnly
            ? Let(context, caller)
            : throw SecurityErrors.Denied(caller.Arn, $"{context.Request.Method} {context.Request.Path}");
    }

    /// <summary>Lets an administrator in: one who shows the admin token, or signs with a key of the server's account.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">It may not come in.</exception>
    public async ValueTask EnterAdministratorAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (keys.AreRequired && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            Let(context, keys.IsToken(header[Bearer.Length..].Trim()) ? _own : throw SecurityErrors.UnknownKey());
            return;
        }

        await EnterAsync(context, service: null, ownOnly: true);
    }

    private async ValueTask<Caller> VerifyAsync(HttpContext context, string? service)
    {
        var request = context.Request;
        var signature = SignatureReader.Read(request);
        if (!keys.TryFind(signature.KeyId, out var key))
        {
            throw SecurityErrors.UnknownKey();
        }

        SignatureCheck.Demand(signature, request.Headers, time.GetUtcNow(), config.Region, service);
        if (PayloadHash.Told(request.Headers) is { } told)
        {
            // Nothing is read from somebody who cannot sign.
            DemandSignature(context, key, signature, told);
            if (await ReadAsync(context) != told)
            {
                throw SecurityErrors.Mismatch();
            }
        }
        else
        {
            DemandSignature(context, key, signature, await ReadAsync(context));
        }

        return new Caller(key.Account, key.Arn, key.Account == config.Account, key);
    }

    private static void DemandSignature(HttpContext context, AccessKey key, RequestSignature signature, string payload)
    {
        var target = RouteTable.PathOf(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        var text = CanonicalRequest.StringToSign(context.Request.Method, target, context.Request.Headers, signature, payload);
        if (!SignatureCheck.Fits(key, signature, text))
        {
            throw SecurityErrors.Mismatch();
        }
    }

    /// <summary>Reads the body into the buffer that the operation will find, and returns its hash.</summary>
    private static async ValueTask<string> ReadAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        var kept = new ReadBody(body);
        context.Features.Set(kept);
        context.Response.RegisterForDispose(kept);
        return PayloadHash.Of(body.Bytes.Span);
    }

    private static Caller Let(HttpContext context, Caller caller)
    {
        context.Features.Set(caller);
        return caller;
    }
}
