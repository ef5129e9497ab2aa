using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dispatcher.Cluster.Tests.Gateways;

/// <summary>An authority of the test's own that signs certificates for silos and gateways, as PEM files.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dispatcher-tls-");
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    public TestAuthority()
    {
        var request = new CertificateRequest("CN=Test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        _certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        File.WriteAllText(CaFile, _certificate.ExportCertificatePem());
    }

    public string CaFile => Path.Combine(_folder.FullName, "ca.pem");

    /// <summary>The settings of a process with a certificate of this authority that trusts <paramref name="trusted"/>.</summary>
    public Dictionary<string, string> Settings(TestAuthority? trusted = null)
    {
        var (certificate, key) = Issue();
        return new(StringComparer.Ordinal)
        {
            ["DISPATCHER__Cluster__Tls__CertificateFile"] = certificate,
            ["DISPATCHER__Cluster__Tls__KeyFile"] = key,
            ["DISPATCHER__Cluster__Tls__CaFile"] = (trusted ?? this).CaFile,
        };
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
        _folder.Delete(recursive: true);
    }

    private (string Certificate, string Key) Issue()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=silo", own, HashAlgorithmName.SHA256);
        using var signed = request.Create(_certificate, TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(1), Guid.NewGuid().ToByteArray());
        var name = Path.Combine(_folder.FullName, Guid.NewGuid().ToString());
        File.WriteAllText(name + ".pem", signed.ExportCertificatePem());
        File.WriteAllText(name + ".key", own.ExportPkcs8PrivateKeyPem());
        return (name + ".pem", name + ".key");
    }
}
