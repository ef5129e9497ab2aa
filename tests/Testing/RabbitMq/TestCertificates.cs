using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dispatcher.Testing.RabbitMq;

/// <summary>A certificate authority and a server certificate for localhost, made for one test run.</summary>
internal static class TestCertificates
{
    public const string ServerFile = "server.pem";
    public const string ServerKeyFile = "server-key.pem";

    private static readonly TimeSpan s_validity = TimeSpan.FromDays(1);

    /// <summary>Writes PEM files into a folder and returns the path of the authority's.</summary>
    public static string Write(string folder)
    {
        var (from, to) = (DateTimeOffset.UtcNow - s_validity, DateTimeOffset.UtcNow + s_validity);
        using var authorityKey = RSA.Create(2048);
        using var authority = Authority(authorityKey).CreateSelfSigned(from, to);
        using var serverKey = RSA.Create(2048);
        using var server = Server(serverKey).Create(authority, from, to, RandomNumberGenerator.GetBytes(8));
        var caFile = Path.Combine(folder, "ca.pem");
        File.WriteAllText(caFile, authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, ServerFile), server.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, ServerKeyFile), serverKey.ExportPkcs8PrivateKeyPem());
        return caFile;
    }

    private static CertificateRequest Authority(RSA key)
    {
        var request = Request("CN=Test authority", key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request;
    }

    private static CertificateRequest Server(RSA key)
    {
        var request = Request("CN=localhost", key);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    private static CertificateRequest Request(string subject, RSA key)
        => new(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}
