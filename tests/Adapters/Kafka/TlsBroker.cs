using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dispatcher.Adapters.Tests.Kafka;

/// <summary>A TLS listener with a certificate that only itself signed; it asks for the client's and speaks nothing further.</summary>
internal sealed class TlsBroker : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _certificate = NewCertificate();
    private readonly TaskCompletionSource<string> _client = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _loop;

    public TlsBroker()
    {
        _listener.Start();
        Server = $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _loop = AcceptAsync();
    }

    public string Server { get; }

    /// <summary>The certificate, which is its own authority; PEM.</summary>
    public string Authority => _certificate.ExportCertificatePem();

    /// <summary>The thumbprint that the first client that trusted this broker showed; empty where it showed none.</summary>
    public Task<string> Client => _client.Task;

    public static X509Certificate2 NewCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _loop;
        _certificate.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificate = _certificate,
                        ClientCertificateRequired = true,
                        RemoteCertificateValidationCallback = (_, _, _, _) => true,
                    },
                    _stop.Token);
                _client.TrySetResult(tls.RemoteCertificate?.GetCertHashString() ?? "");
                _ = await tls.ReadAsync(new byte[1], _stop.Token);
            }
            catch (Exception error) when (error is IOException or AuthenticationException or OperationCanceledException)
            {
                // The client does not trust the certificate, or the test is over.
            }
        }
    }
}
