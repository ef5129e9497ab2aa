using Dispatcher.Adapters.Kafka;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Adapters.Tests.Kafka;

public sealed class KafkaClientSettingsTests
{
    private const string Pem = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----";

    private readonly FakeSecrets _secrets = new()
    {
        Values =
        {
            ["user"] = """{"username":"u","password":"p"}""",
            ["client"] = $$"""{"certificate":{{Json(Pem)}},"privateKey":{{Json(Pem)}},"privateKeyPassword":"k"}""",
            ["ca"] = $$"""{"certificate":{{Json(Pem)}}}""",
            ["text"] = "u:p",
            ["nopassword"] = """{"username":"u"}""",
            ["nopem"] = """{"certificate":"MIIC"}""",
            ["array"] = "[1]",
        },
    };

    [Fact]
    public async Task For_NoAccess_IsPlaintextAndReadsCommittedOnly()
    {
        var settings = await ForAsync(null);

        Assert.Equal("plaintext", settings["security.protocol"]);
        Assert.Equal("read_committed", settings["isolation.level"]);
        Assert.Equal("false", settings["enable.auto.commit"]);
        Assert.Equal("false", settings["allow.auto.create.topics"]);
        Assert.False(settings.ContainsKey("sasl.mechanism"));
    }

    [Theory]
    [InlineData("BASIC_AUTH", "PLAIN")]
    [InlineData("SASL_SCRAM_256_AUTH", "SCRAM-SHA-256")]
    [InlineData("SASL_SCRAM_512_AUTH", "SCRAM-SHA-512")]
    public async Task For_Password_NeverGoesOpenToAnUnknownCluster(string type, string mechanism)
    {
        var settings = await ForAsync(null, new SourceAccess(type, "user"));

        Assert.Equal("sasl_ssl", settings["security.protocol"]);
        Assert.Equal(mechanism, settings["sasl.mechanism"]);
        Assert.Equal(("u", "p"), (settings["sasl.username"], settings["sasl.password"]));
    }

    [Theory]
    [InlineData(false, "sasl_plaintext")]
    [InlineData(true, "sasl_ssl")]
    public async Task For_PasswordToAConfiguredCluster_IsAsConfigured(bool tls, string protocol)
    {
        var settings = await ForAsync(new KafkaClusterConfig { Tls = tls }, new SourceAccess("BASIC_AUTH", "user"));

        Assert.Equal(protocol, settings["security.protocol"]);
    }

    [Fact]
    public async Task For_CertificateAndAuthority_IsTls()
    {
        var settings = await ForAsync(
            null,
            new SourceAccess("VPC_SUBNET", "subnet:1"),
            new SourceAccess("CLIENT_CERTIFICATE_TLS_AUTH", "client"),
            new SourceAccess("SERVER_ROOT_CA_CERTIFICATE", "ca"));

        Assert.Equal("ssl", settings["security.protocol"]);
        Assert.Equal((Pem, Pem, "k"), (settings["ssl.certificate.pem"], settings["ssl.key.pem"], settings["ssl.key.password"]));
        Assert.Equal(Pem, settings["ssl.ca.pem"]);
    }

    [Fact]
    public async Task For_ConfiguredSetting_WinsOverEverything()
    {
        var cluster = new KafkaClusterConfig { Client = { ["fetch.wait.max.ms"] = "10", ["security.protocol"] = "plaintext" } };

        var settings = await ForAsync(cluster, new SourceAccess("BASIC_AUTH", "user"));

        Assert.Equal(("10", "plaintext"), (settings["fetch.wait.max.ms"], settings["security.protocol"]));
    }

    [Theory]
    [InlineData("BASIC_AUTH", "text", "is not JSON")]
    [InlineData("BASIC_AUTH", "array", "no field 'username'")]
    [InlineData("SASL_SCRAM_512_AUTH", "nopassword", "no field 'password'")]
    [InlineData("SERVER_ROOT_CA_CERTIFICATE", "nopem", "Provided certificate or private key is invalid")]
    [InlineData("CLIENT_CERTIFICATE_TLS_AUTH", "ca", "no field 'privateKey'")]
    [InlineData("VIRTUAL_HOST", "/", "VIRTUAL_HOST is not supported for Kafka")]
    [InlineData("BASIC_AUTH", "missing", "no secret missing")]
    public async Task Read_WrongSecret_SaysWhyWithoutTheSecret(string type, string uri, string why)
    {
        var error = await Assert.ThrowsAsync<ServiceException>(() => ForAsync(null, new SourceAccess(type, uri)));

        Assert.Equal(ServiceErrorKind.InvalidParameterValue, error.Kind);
        Assert.Contains(why, error.Message);
        Assert.DoesNotContain("u:p", error.Message);
    }

    [Fact]
    public async Task Read_TwoPasswords_IsRefused()
        => Assert.Contains("Only one of", (await Assert.ThrowsAsync<ServiceException>(() => ForAsync(
            null, new SourceAccess("BASIC_AUTH", "user"), new SourceAccess("SASL_SCRAM_512_AUTH", "user")))).Message);

    private static string Json(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    private async Task<Dictionary<string, string>> ForAsync(KafkaClusterConfig? cluster, params SourceAccess[] access)
    {
        var credentials = await KafkaCredentials.ReadAsync(access, _secrets, CancellationToken.None);
        return KafkaClientSettings.For(new KafkaTarget("m", "s:1", "t", "g", cluster, access), credentials);
    }
}
