using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Sources;
using RabbitMQ.Client;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>
/// The one connection of a mapping; its shards open channels on it. It is made when it is first needed and made anew when
/// it is needed and gone. The library's own recovery is off: it would go on under old channel objects, and then nobody
/// could tell to which life of a channel a delivery tag belongs.
/// </summary>
internal sealed class RabbitMqConnection(RabbitMqPlan plan, ISecrets secrets) : IAsyncDisposable
{
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromMilliseconds(Limits.RabbitMqHeartbeatMs);
    private static readonly TimeSpan s_connect = TimeSpan.FromMilliseconds(Limits.RabbitMqConnectMs);
    private static readonly TimeSpan s_close = TimeSpan.FromMilliseconds(Limits.RabbitMqCloseMs);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile IConnection? _connection;
    private volatile SourceException? _failure;
    private bool _disposed;

    /// <summary>What the connection was made for.</summary>
    public RabbitMqPlan Plan => plan;

    /// <summary>Why the connection could not be had the last time; null while it is open. Asking does not connect.</summary>
    public SourceException? Failure => _connection is { IsOpen: true } ? null : _failure;

    /// <summary>Opens a channel, and the connection first where there is none.</summary>
    /// <exception cref="SourceException">It cannot be had; the kind says why.</exception>
    public ValueTask<RabbitMqChannel> OpenChannelAsync(CancellationToken cancellation) => OpenChannelAsync(null, cancellation);

    /// <summary>Opens a channel with options of its own, and the connection first where there is none.</summary>
    /// <exception cref="SourceException">It cannot be had; the kind says why.</exception>
    public async ValueTask<RabbitMqChannel> OpenChannelAsync(CreateChannelOptions? options, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connection is not { IsOpen: true })
            {
                await CloseAsync();
                _connection = await ConnectAsync(cancellation);
            }

            // A wrong virtual host shows only here: the client does not wait for the broker's answer to connection.open.
            return new RabbitMqChannel(_connection, await _connection.CreateChannelAsync(options, cancellation));
        }
        catch (Exception e) when (!_disposed && !Cancelled(e, cancellation))
        {
            await CloseAsync();
            throw _failure = RabbitMqErrors.Translate(e, plan);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Begins to consume on a channel; where that fails, the session and its channel are closed.</summary>
    /// <exception cref="SourceException">It failed; the kind says why.</exception>
    public async ValueTask BeginAsync(IAsyncDisposable session, Func<Task> begin, CancellationToken cancellation)
    {
        try
        {
            await begin();
        }
        catch (Exception e)
        {
            await session.DisposeAsync();
            if (Cancelled(e, cancellation))
            {
                throw;
            }

            throw RabbitMqErrors.Translate(e, plan);
        }
    }

    /// <summary>Whether an exception is the caller's own wish to stop.</summary>
    public static bool Cancelled(Exception e, CancellationToken cancellation)
        => e is OperationCanceledException && cancellation.IsCancellationRequested;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync(CancellationToken.None);
        _disposed = true;
        await CloseAsync();
        _gate.Release();
    }

    private async ValueTask CloseAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.CloseAsync(Constants.ReplySuccess, "closed", s_close, abort: true, CancellationToken.None);
            await connection.DisposeAsync();
        }
    }

    private async ValueTask<IConnection> ConnectAsync(CancellationToken cancellation)
    {
        var credentials = await RabbitMqCredentials.ReadAsync(secrets, plan.SecretArn, cancellation);
        var tls = plan.Url.Scheme == "amqps";
        var factory = new ConnectionFactory
        {
            HostName = plan.Url.Host,
            Port = plan.Url.IsDefaultPort || plan.Url.Port <= 0 ? (tls ? 5671 : 5672) : plan.Url.Port,
            VirtualHost = plan.VirtualHost,
            UserName = credentials.Username,
            Password = credentials.Password,
            ClientProvidedName = plan.Mapping.Length > 0 ? $"dispatcher mapping {plan.Mapping}" : "dispatcher destinations",
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = s_heartbeat,
            RequestedConnectionTimeout = s_connect,
            MaxInboundMessageBodySize = Limits.RabbitMqMessageBytes,
        };
        if (tls)
        {
            factory.Ssl = Tls();
        }

        return await factory.CreateConnectionAsync(cancellation);
    }

    private SslOption Tls()
    {
        var option = new SslOption { Enabled = true, ServerName = plan.Url.Host };
        if (plan.CaFile.Length > 0)
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(plan.CaFile);
            option.CertificateValidationCallback = (_, certificate, presented, errors) => Trusted(certificate, presented, errors, authorities);
        }

        return option;
    }

    private static bool Trusted(
        X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors, X509Certificate2Collection authorities)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        foreach (var element in (IEnumerable<X509ChainElement>?)presented?.ChainElements ?? [])
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using var copy = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(copy);
    }
}
