using Dispatcher.Contracts.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Hosting;

namespace Dispatcher.Silo.Orleans.Hosting;

/// <summary>TLS on every connection of the cluster where the configuration asks for it; both sides show a certificate.</summary>
internal static class TlsHosting
{
    /// <summary>Silo to silo, and what gateways reach this silo at.</summary>
    public static ISiloBuilder UseTls(this ISiloBuilder silo, ClusterTlsConfig tls)
    {
        if (tls.Enabled)
        {
            silo.Services.AddOptions<SiloConnectionOptions>().Configure<ILogger<ClusterCertificates>>((connections, logger) =>
            {
                var options = Options(new ClusterCertificates(tls, logger));
                connections.ConfigureSiloInboundConnection(connection => connection.UseServerTls(options));
                connections.ConfigureGatewayInboundConnection(connection => connection.UseServerTls(options));
                connections.ConfigureSiloOutboundConnection(connection => connection.UseClientTls(options));
            });
        }

        return silo;
    }

    /// <summary>Gateway to silo.</summary>
    public static IClientBuilder UseTls(this IClientBuilder client, ClusterTlsConfig tls)
    {
        if (tls.Enabled)
        {
            client.Services.AddOptions<ClientConnectionOptions>().Configure<ILogger<ClusterCertificates>>((connections, logger) =>
            {
                var options = Options(new ClusterCertificates(tls, logger));
                connections.ConfigureConnection(connection => connection.UseClientTls(options));
            });
        }

        return client;
    }

    private static TlsOptions Options(ClusterCertificates certificates) => new()
    {
        LocalCertificate = certificates.Own,
        LocalServerCertificateSelector = (_, _) => certificates.Own,
        LocalClientCertificateSelector = (_, _, _, _, _) => certificates.Own,
        RemoteCertificateMode = RemoteCertificateMode.RequireCertificate,
        ClientCertificateMode = RemoteCertificateMode.RequireCertificate,
        RemoteCertificateValidation = (certificate, chain, _) => certificates.IsTrusted(certificate, chain),

        // Silos are found by address. What counts is the authority, which is the cluster's own.
        OnAuthenticateAsClient = (_, client) => client.TargetHost = "dispatcher",
    };
}
