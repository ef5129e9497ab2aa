using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Silo.Configuration;
using Dispatcher.Testing;

namespace Dispatcher.Silo.Tests.Configuration;

public sealed class ConfigValidatorTests
{
    [Fact]
    public void Validate_Defaults_AreRight()
        => Assert.Empty(ConfigValidator.Validate(new DispatcherConfig()));

    [Fact]
    public void Validate_ManyMistakes_NamesEachOne()
    {
        var config = new DispatcherConfig
        {
            Region = "Somewhere!",
            Account = "12",
            Url = "ftp://nowhere",
            Data = " ",
            MaximumParallelizationFactor = 9,
            DiscoverySeconds = 0,
            AccountConcurrency = 0,
            ShutdownSeconds = 901,
            Log = new LogConfig { Format = "xml", Level = "Loud" },
            Workers = new WorkersConfig { MaximumPerFunction = 1001, IdleSeconds = 0, InitSeconds = 0, Node = "", Python = "" },
        };

        var errors = ConfigValidator.Validate(config);

        string[] names =
        [
            "Region", "Account", "Url", "Data", "MaximumParallelizationFactor", "DiscoverySeconds", "AccountConcurrency", "ShutdownSeconds",
            "Log:Format", "Log:Level", "Workers:MaximumPerFunction", "Workers:IdleSeconds", "Workers:InitSeconds", "Workers:Node", "Workers:Python",
        ];
        Assert.Equal(names, errors.Select(error => error.Split(' ')[0]));
    }

    [Theory]
    [InlineData("http://*:9001", "sixteen or longer", 1, "")]
    [InlineData("*:9001", "sixteen or longer", 1, "RemoteWorkers:Url '*:9001' must be http://HOST:PORT")]
    [InlineData("http://*:9001", null, 1, "RemoteWorkers:Key must be set")]
    [InlineData("http://*:9001", "short", 1, "RemoteWorkers:Key must have 16 characters or more")]
    [InlineData("", null, 0, "RemoteWorkers:MaximumPerFunction 0 must be 1..10000")]
    public void Validate_RemoteWorkers_SaysWhatIsWrong(string url, string? key, int maximum, string error)
    {
        var workers = new RemoteWorkersConfig { Url = url, Key = key is null ? null : new SecretConfig { Value = key }, MaximumPerFunction = maximum };
        var errors = ConfigValidator.Validate(new DispatcherConfig { RemoteWorkers = workers });
        if (error.Length == 0)
        {
            Assert.Empty(errors);
        }
        else
        {
            Assert.StartsWith(error, Assert.Single(errors), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("http://127.0.0.1:9000", true)]
    [InlineData("http://localhost:9000", true)]
    [InlineData("http://localhost:0", false)]
    [InlineData("http://*:80/", true)]
    [InlineData("http://[::1]:9000", true)]
    [InlineData("http://127.0.0.1", false)]
    [InlineData("http://127.0.0.1:70000", false)]
    [InlineData("http://example.com:9000", false)]
    [InlineData("http://127.0.0.1:9000/path", false)]
    [InlineData("https://127.0.0.1:9000", false)]
    [InlineData("", false)]
    public void Validate_Url_TakesWhatCanBeListenedOn(string url, bool right)
        => Assert.Equal(right, ConfigValidator.Validate(new DispatcherConfig { Url = url, AllowInsecure = true }).Count == 0);

    [Theory]
    [InlineData("http://127.0.0.1:9000", true)]
    [InlineData("http://127.9.9.9:9000", true)]
    [InlineData("http://localhost:9000", true)]
    [InlineData("http://[::1]:9000", true)]
    [InlineData("http://*:9000", false)]
    [InlineData("http://0.0.0.0:9000", false)]
    [InlineData("http://[::]:9000", false)]
    [InlineData("http://10.0.0.1:9000", false)]
    public void Validate_NoAccessKeys_OnlyLoopbackIsRight(string url, bool right)
    {
        var errors = ConfigValidator.Validate(new DispatcherConfig { Url = url });

        Assert.Equal(right, errors.Count == 0);
        Assert.All(errors, error => Assert.StartsWith($"Url '{url}' is open to other machines and there are no AccessKeys", error));
        Assert.Empty(ConfigValidator.Validate(new DispatcherConfig { Url = url, AllowInsecure = true }));
        Assert.Empty(ConfigValidator.Validate(new DispatcherConfig { Url = url, AccessKeys = { ["AKID"] = new AccessKeyConfig { Value = "s" } } }));
    }

    [Fact]
    public void Validate_BadAccessKeys_NamesEach()
    {
        var errors = ConfigValidator.Validate(new DispatcherConfig
        {
            AccessKeys =
            {
                ["none"] = new AccessKeyConfig(),
                ["two"] = new AccessKeyConfig { Value = "a", Environment = "B" },
                ["empty"] = new AccessKeyConfig { Value = "" },
                ["file"] = new AccessKeyConfig { File = "/nowhere/at/all" },
                ["unset"] = new AccessKeyConfig { Environment = "DISPATCHER_TEST_UNSET" },
                ["account"] = new AccessKeyConfig { Value = "a", Account = "1" },
            },
        });

        Assert.Equal(
            ["AccessKeys:none", "AccessKeys:two", "AccessKeys:empty", "AccessKeys:file", "AccessKeys:unset:", "AccessKeys:account:Account"],
            errors.Select(error => error.Split(' ')[0]));
        Assert.Equal(["AdminToken needs AccessKeys"], ConfigValidator.Validate(new DispatcherConfig { AdminToken = new SecretConfig { Value = "t" } }));
    }

    [Theory]
    [InlineData("b1:9092", true)]
    [InlineData("b1:9092,[::1]:9093", true)]
    [InlineData("b1", false)]
    [InlineData("b1:9092,", false)]
    [InlineData("b1:0", false)]
    [InlineData("", false)]
    public void Validate_KafkaServers_NeedHostAndPort(string servers, bool right)
    {
        var config = new DispatcherConfig { Sources = { Kafka = { ["main"] = new KafkaClusterConfig { BootstrapServers = servers } } } };

        var errors = ConfigValidator.Validate(config);

        Assert.Equal(right, errors.Count == 0);
        Assert.All(errors, error => Assert.Contains("Sources:Kafka:main", error));
    }

    [Fact]
    public void Validate_RabbitMqBroker_NeedsAmqpAndAnExistingFile()
    {
        var broker = new RabbitMqBrokerConfig { Url = "http://x", CaFile = "/does/not/exist.pem" };
        var config = new DispatcherConfig { Sources = { RabbitMq = { ["main"] = broker } } };

        Assert.Equal(2, ConfigValidator.Validate(config).Count);
    }

    [Fact]
    public void Validate_SecretWithTwoSources_IsWrong()
    {
        var config = new DispatcherConfig
        {
            Secrets =
            {
                ["both"] = new SecretConfig { Value = "a", File = "b" },
                ["none"] = new SecretConfig(),
                ["one"] = new SecretConfig { Environment = "E" },
            },
        };

        Assert.Equal(2, ConfigValidator.Validate(config).Count);
    }

    [Theory]
    [InlineData("no certificate", "no key", "must be a PEM certificate and its key")]
    [InlineData(null, "no key", "must be a PEM certificate and its key")]
    [InlineData(null, null, "Cluster:Tls:CaFile '{0}/ca' has no certificate")]
    public void Validate_CertificatesThatCannotBeUsed_SaysWhich(string? certificate, string? key, string problem)
    {
        using var folder = new TempFolder();
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = new CertificateRequest("CN=silo", own, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(1));
        string Write(string name, string text)
        {
            var path = Path.Combine(folder.Path, name);
            File.WriteAllText(path, text);
            return path;
        }

        var config = new DispatcherConfig { Cluster = new() { Enabled = true, Postgres = "Host=db" } };
        config.Cluster.Tls.CertificateFile = Write("crt", certificate ?? signed.ExportCertificatePem());
        config.Cluster.Tls.KeyFile = Write("key", key ?? own.ExportPkcs8PrivateKeyPem());
        config.Cluster.Tls.CaFile = Write("ca", "nothing");

        Assert.Contains(ConfigValidator.Validate(config), error => error.Contains(string.Format(CultureInfo.InvariantCulture, problem, folder.Path), StringComparison.Ordinal));
    }
}
