using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.Tests.Kafka;

public sealed class KafkaSecurityTests(KafkaFixture kafka) : IClassFixture<KafkaFixture>, IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    public void Dispose() => _limit.Dispose();

    [Theory]
    [InlineData("BASIC_AUTH")]
    [InlineData("SASL_SCRAM_256_AUTH")]
    [InlineData("SASL_SCRAM_512_AUTH")]
    public async Task ListShards_WrongPassword_IsAnAuthenticationError(string type)
    {
        await using var broker = new RefusingBroker();
        kafka.Config.Sources.Kafka[broker.Server] = new KafkaClusterConfig { BootstrapServers = broker.Server };
        kafka.Secrets.Values["user"] = """{"username":"u","password":"wrong"}""";

        var error = await FailureAsync([broker.Server], new SourceAccess(type, "user"));

        Assert.Equal(SourceErrorKind.Authentication, error.Kind);
        Assert.StartsWith("SASL authentication failed: ", error.Message);
        Assert.DoesNotContain("wrong", error.Message);
    }

    [Fact]
    public async Task ListShards_AuthorityDidNotSignTheBroker_SaysThatTheServerIsNotTrusted()
    {
        await using var broker = new TlsBroker();
        kafka.Secrets.Values["ca"] = JsonSerializer.Serialize(new { certificate = Certificate().Certificate });

        var error = await FailureAsync([broker.Server], new SourceAccess("SERVER_ROOT_CA_CERTIFICATE", "ca"));

        Assert.Equal(SourceErrorKind.Authentication, error.Kind);
        Assert.StartsWith("Lambda failed to authenticate server: ", error.Message);
    }

    [Fact]
    public async Task ListShards_ClientCertificateAndAuthority_BrokerIsTrustedAndSeesTheCertificate()
    {
        await using var broker = new TlsBroker();
        using var own = TlsBroker.NewCertificate();
        using var key = own.GetRSAPrivateKey()!;
        var sealedKey = key.ExportEncryptedPkcs8PrivateKeyPem(
            "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 2_000));
        kafka.Secrets.Values["own"] = JsonSerializer.Serialize(
            new { certificate = own.ExportCertificatePem(), privateKey = sealedKey, privateKeyPassword = "secret" });
        kafka.Secrets.Values["authority"] = JsonSerializer.Serialize(new { certificate = broker.Authority });
        await using var source = kafka.Source(kafka.Mapping("topic") with
        {
            KafkaBootstrapServers = [broker.Server],
            SourceAccess = [new("CLIENT_CERTIFICATE_TLS_AUTH", "own"), new("SERVER_ROOT_CA_CERTIFICATE", "authority")],
        });

        var listing = source.ListShardsAsync(_limit.Token).AsTask();

        Assert.Equal(own.Thumbprint, await broker.Client.WaitAsync(_limit.Token));
        Assert.Equal(SourceErrorKind.Unavailable, (await Assert.ThrowsAsync<SourceException>(() => listing)).Kind);
    }

    [Fact]
    public async Task ListShards_KeyOfAnotherCertificate_IsAnAuthenticationError()
    {
        kafka.Secrets.Values["client"] = JsonSerializer.Serialize(
            new { certificate = Certificate().Certificate, privateKey = Certificate().Key });

        var error = await FailureAsync(["127.0.0.1:1"], new SourceAccess("CLIENT_CERTIFICATE_TLS_AUTH", "client"));

        Assert.Equal(SourceErrorKind.Authentication, error.Kind);
        Assert.StartsWith("Provided certificate or private key is invalid", error.Message);
    }

    [Fact]
    public async Task ListShards_SecretGone_IsAConfigurationError()
    {
        var error = await FailureAsync(["127.0.0.1:1"], new SourceAccess("BASIC_AUTH", "gone"));

        Assert.Equal(SourceErrorKind.Configuration, error.Kind);
    }

    private static (string Certificate, string Key) Certificate()
    {
        using var certificate = TlsBroker.NewCertificate();
        using var key = certificate.GetRSAPrivateKey()!;
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private async Task<SourceException> FailureAsync(string[] servers, SourceAccess access)
    {
        await using var source = kafka.Source(kafka.Mapping("topic") with { KafkaBootstrapServers = servers, SourceAccess = [access] });
        return await Assert.ThrowsAsync<SourceException>(() => source.ListShardsAsync(_limit.Token).AsTask());
    }
}
