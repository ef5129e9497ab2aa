using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dispatcher.Contracts.Configuration;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Silo.Orleans.Hosting;

/// <summary>
/// This process's certificate and the authority of the cluster, read again when a file changes: certificates are renewed while
/// the cluster runs. A file that cannot be read at that moment leaves the old ones in use.
/// </summary>
internal sealed partial class ClusterCertificates
{
    private readonly ClusterTlsConfig _config;
    private readonly ILogger _logger;
    private readonly Lock _reading = new();
    private X509Certificate2 _own;
    private X509Certificate2Collection _authorities;
    private DateTime _read;

    /// <summary>Reads the files.</summary>
    /// <exception cref="CryptographicException">One of them is not what it should be.</exception>
    public ClusterCertificates(ClusterTlsConfig config, ILogger<ClusterCertificates> logger)
    {
        (_config, _logger) = (config, logger);
        _read = Changed();
        (_own, _authorities) = Read();
    }

    /// <summary>What this process shows.</summary>
    public X509Certificate2 Own => Now().Own;

    /// <summary>Whether a certificate leads to the cluster's authority and is valid now.</summary>
    public bool IsTrusted(X509Certificate2 certificate, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(Now().Authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in sent?.ChainElements.AsEnumerable() ?? [])
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(certificate);
    }

    private (X509Certificate2 Own, X509Certificate2Collection Authorities) Now()
    {
        lock (_reading)
        {
            var changed = Changed();
            if (changed != _read)
            {
                try
                {
                    (_own, _authorities) = Read();
                    _read = changed;
                }
                catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
                {
                    // Half of a renewal is there: the other file is about to change too, and the next connection looks again.
                    LogUnreadable(e);
                }
            }

            return (_own, _authorities);
        }
    }

    private (X509Certificate2 Own, X509Certificate2Collection Authorities) Read()
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(_config.CaFile);
        return (X509Certificate2.CreateFromPemFile(_config.CertificateFile, _config.KeyFile), authorities);
    }

    private DateTime Changed() => new[] { _config.CertificateFile, _config.KeyFile, _config.CaFile }.Max(File.GetLastWriteTimeUtc);

    [LoggerMessage(EventName = "ClusterCertificateUnreadable", Level = LogLevel.Warning, Message = "the cluster's certificates changed and cannot be read; the old ones stay in use")]
    private partial void LogUnreadable(Exception error);
}
