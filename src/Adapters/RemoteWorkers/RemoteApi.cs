using Dispatcher.Adapters.Workers.Api;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Dispatcher.Adapters.RemoteWorkers;

/// <summary>Lets remote workers into the Runtime API: whose events a worker gets is known from the token of each request.</summary>
internal sealed class RemoteApi(TokenIndex tokens, RemotePools pools, RefusalLog log) : IHttpApplication<IFeatureCollection>
{
    private const string WorkerName = "Dispatcher-Worker";

    /// <summary>How AWS's clients call themselves: Go, Python, Rust, Java and .NET; what the C++ client does for Node.js.</summary>
    private static readonly string[] AwsClients = ["aws-lambda-", "AWS_Lambda_"];

    private readonly RuntimeApi _api = new();

    /// <inheritdoc/>
    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    /// <inheritdoc/>
    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    /// <inheritdoc/>
    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        var request = context.Get<IHttpRequestFeature>()!;
        var closed = context.Get<IConnectionLifetimeFeature>()!.ConnectionClosed;
        using var use = await FindAsync(TokenReader.Read(request), closed);
        if (use?.Pool is not { } pool)
        {
            log.WrongToken(context.Get<IHttpConnectionFeature>()?.RemoteIpAddress);
            await new RuntimeCall(context).RefuseAsync(403, "Forbidden", "There is no token, or it is of no function");
            return;
        }

        if (request.Path.EndsWith("/next", StringComparison.Ordinal) && pool.IsFull)
        {
            log.Full(pool.Version);
            await new RuntimeCall(context).RefuseAsync(503, "TooManyWorkers", "As many workers of this function are connected as may be");
            return;
        }

        var lost = KeepsConnection(request) ? closed : CancellationToken.None;
        var worker = new RemoteWorker(pool, NameOf(request), lost, context.Get<IHttpRequestLifetimeFeature>()!.Abort);
        context.Set(new WorkerConnection(worker, closed));
        await _api.ProcessRequestAsync(context);
    }

    private async ValueTask<RemotePoolUse?> FindAsync(string? token, CancellationToken closed)
    {
        try
        {
            return token is not null && await tokens.FindAsync(token, closed) is { } version ? pools.Use(version) : null;
        }
        catch (OperationCanceledException)
        {
            return null; // nobody hears the answer
        }
    }

    private static string? NameOf(IHttpRequestFeature request)
        => request.Headers[WorkerName].ToString() is { Length: > 0 and <= 253 } name ? name : null;

    /// <summary>
    /// Whether the end of this connection is the end of the worker: AWS's clients keep theirs from an event to its answer;
    /// of others, and behind a proxy, nothing is known.
    /// </summary>
    private static bool KeepsConnection(IHttpRequestFeature request)
    {
        var headers = request.Headers;
        return request.Protocol == HttpProtocol.Http11
            && Array.Exists(AwsClients, client => headers.UserAgent.ToString().StartsWith(client, StringComparison.OrdinalIgnoreCase))
            && headers.Authorization.Count == 0 && headers.Via.Count == 0 && headers["X-Forwarded-For"].Count == 0
            && !headers.Connection.ToString().Contains("close", StringComparison.OrdinalIgnoreCase);
    }
}
