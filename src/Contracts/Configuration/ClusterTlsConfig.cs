namespace Dispatcher.Contracts.Configuration;

/// <summary>
/// TLS between the processes of a cluster, both ways: each shows its certificate and each must be signed by the same authority.
/// All files are PEM and are read again when they change. Empty paths: no TLS.
/// </summary>
public sealed class ClusterTlsConfig
{
    /// <summary>The certificate of this process, followed by intermediate ones.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>Its private key, not encrypted.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>The authorities that the certificates of the others must lead to. Make one for the cluster: names are not compared.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>Whether TLS is wanted.</summary>
    public bool Enabled => CertificateFile.Length + KeyFile.Length + CaFile.Length > 0;
}
