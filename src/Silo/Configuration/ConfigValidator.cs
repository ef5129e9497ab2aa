using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;

namespace Dispatcher.Silo.Configuration;

/// <summary>Checks a configuration and collects everything that is wrong with it.</summary>
internal sealed class ConfigValidator
{
    /// <summary>Characters of a key that cannot be guessed.</summary>
    private const int WorkerKeyChars = 16;

    private readonly List<string> _errors = [];

    /// <summary>Everything that is wrong, one sentence each that names the setting and its range.</summary>
    public static IReadOnlyList<string> Validate(DispatcherConfig config)
    {
        var validator = new ConfigValidator();
        validator.Server(config);
        validator.Cluster(config.Cluster);
        validator.Workers(config.Workers);
        validator.RemoteWorkers(config.RemoteWorkers);
        validator.Sources(config.Sources);
        validator.Secrets(config.Secrets);
        validator._errors.AddRange(AccessValidator.Validate(config));
        validator._errors.AddRange(PushValidator.Validate(config));
        return validator._errors;
    }

    private void Server(DispatcherConfig config)
    {
        Check(IsRegion(config.Region), $"Region '{config.Region}' must be lower-case letters, digits and dashes, such as us-east-1");
        Check(config.Account.Length == 12 && config.Account.All(char.IsAsciiDigit), $"Account '{config.Account}' must be 12 digits");
        Check(ListenUrl.Parse(config.Url) is not null, $"Url '{config.Url}' must be http://HOST:PORT without a path, such as http://127.0.0.1:9000");
        Check(!string.IsNullOrWhiteSpace(config.Data), "Data must name a folder");
        Range("MaximumParallelizationFactor", config.MaximumParallelizationFactor, Limits.ParallelizationFactorAws, Limits.ParallelizationFactor);
        Range("DiscoverySeconds", config.DiscoverySeconds, 1, 3600);
        Range("MinimumUnreservedConcurrency", config.MinimumUnreservedConcurrency, 0, Limits.AccountConcurrencyMaximum);
        Range("AccountConcurrency", config.AccountConcurrency, 1, Limits.AccountConcurrencyMaximum);
        Range("AsyncRetrySeconds", config.AsyncRetrySeconds, 1, 3600);
        Range("ShutdownSeconds", config.ShutdownSeconds, 1, Limits.FunctionTimeoutSeconds);
        Check(config.Log.Format is "text" or "json", $"Log:Format '{config.Log.Format}' must be text or json");
        Check(
            Enum.TryParse<LogLevel>(config.Log.Level, ignoreCase: true, out _) && !char.IsAsciiDigit(config.Log.Level[0]),
            $"Log:Level '{config.Log.Level}' must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}");
    }

    private void Cluster(ClusterConfig cluster)
    {
        if (!cluster.Enabled)
        {
            Check(cluster.Role == "all", $"Cluster:Role '{cluster.Role}' is for a cluster: say --cluster too (Cluster:Enabled)");
            return;
        }

        Check(cluster.Role is "all" or "silo" or "gateway", $"Cluster:Role '{cluster.Role}' must be all, silo or gateway");
        Check(!string.IsNullOrWhiteSpace(cluster.Postgres), "Cluster:Postgres must be the connection string of the cluster's database");
        Check(!string.IsNullOrWhiteSpace(cluster.Name), "Cluster:Name must not be empty");
        Range("Cluster:SiloPort", cluster.SiloPort, 0, ushort.MaxValue);
        Range("Cluster:GatewayPort", cluster.GatewayPort, 0, ushort.MaxValue);
        Range("Cluster:LeaseSeconds", cluster.LeaseSeconds, Limits.LeaseSecondsMinimum, Limits.LeaseSecondsMaximum);
        Check(
            cluster.AdvertiseAddress.Length == 0 || IPAddress.TryParse(cluster.AdvertiseAddress, out _),
            $"Cluster:AdvertiseAddress '{cluster.AdvertiseAddress}' must be an IP address");
        Tls(cluster.Tls);
    }

    private void Tls(ClusterTlsConfig tls)
    {
        if (tls.Enabled)
        {
            PemFile("Cluster:Tls:CertificateFile", tls.CertificateFile);
            PemFile("Cluster:Tls:KeyFile", tls.KeyFile);
            PemFile("Cluster:Tls:CaFile", tls.CaFile);
            Certificates(tls);
        }
    }

    private void Certificates(ClusterTlsConfig tls)
    {
        if (_errors.Exists(error => error.StartsWith("Cluster:Tls:", StringComparison.Ordinal)))
        {
            return;
        }

        try
        {
            using var own = X509Certificate2.CreateFromPemFile(tls.CertificateFile, tls.KeyFile);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            _errors.Add($"Cluster:Tls:CertificateFile '{tls.CertificateFile}' and Cluster:Tls:KeyFile '{tls.KeyFile}' must be a PEM certificate and its key: {e.Message}");
        }

        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(tls.CaFile);
            Check(authorities.Count > 0, $"Cluster:Tls:CaFile '{tls.CaFile}' has no certificate");
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            _errors.Add($"Cluster:Tls:CaFile '{tls.CaFile}' must be a PEM file: {e.Message}");
        }
    }

    private void PemFile(string name, string path)
        => Check(File.Exists(path), $"{name} '{path}' must be a PEM file: TLS in a cluster needs a certificate, its key and the authority");

    private void Workers(WorkersConfig workers)
    {
        Range("Workers:MaximumPerFunction", workers.MaximumPerFunction, 1, 1000);
        Range("Workers:IdleSeconds", workers.IdleSeconds, 1, 86_400);
        Range("Workers:InitSeconds", workers.InitSeconds, 1, Limits.FunctionTimeoutSeconds);
        Check(!string.IsNullOrWhiteSpace(workers.Node), "Workers:Node must name the Node.js interpreter");
        Check(!string.IsNullOrWhiteSpace(workers.Python), "Workers:Python must name the Python interpreter");
    }

    private void RemoteWorkers(RemoteWorkersConfig workers)
    {
        Range("RemoteWorkers:MaximumPerFunction", workers.MaximumPerFunction, 1, 10_000);
        Range("RemoteWorkers:WaitSeconds", workers.WaitSeconds, 0, Limits.FunctionTimeoutSeconds);
        if (workers.Url.Length == 0)
        {
            return;
        }

        Check(ListenUrl.Parse(workers.Url) is not null, $"RemoteWorkers:Url '{workers.Url}' must be http://HOST:PORT without a path, such as http://*:9001");
        _errors.AddRange(RemoteKeyErrors(workers));
    }

    private static IEnumerable<string> RemoteKeyErrors(RemoteWorkersConfig workers)
    {
        foreach (var (name, key) in new[] { ("Key", workers.Key), ("OldKey", workers.OldKey) })
        {
            var error = key is not null ? AccessValidator.Broken($"RemoteWorkers:{name}", key, WorkerKeyChars)
                : name == "Key" ? "RemoteWorkers:Key must be set where RemoteWorkers:Url is: tokens are derived from it" : null;
            if (error is not null)
            {
                yield return error;
            }
        }
    }

    private void Sources(SourcesConfig sources)
    {
        foreach (var (name, cluster) in sources.Kafka)
        {
            Check(
                cluster.BootstrapServers.Split(',').All(IsHostAndPort),
                $"Sources:Kafka:{name}:BootstrapServers '{cluster.BootstrapServers}' must be host:port, comma separated");
            Check(
                cluster.SecretType is "SASL_SCRAM_512_AUTH" or "SASL_SCRAM_256_AUTH" or "BASIC_AUTH" or "CLIENT_CERTIFICATE_TLS_AUTH",
                $"Sources:Kafka:{name}:SecretType '{cluster.SecretType}' must be SASL_SCRAM_512_AUTH, SASL_SCRAM_256_AUTH, BASIC_AUTH or CLIENT_CERTIFICATE_TLS_AUTH");
        }

        foreach (var (name, broker) in sources.RabbitMq)
        {
            Check(
                Uri.TryCreate(broker.Url, UriKind.Absolute, out var url) && url.Scheme is "amqp" or "amqps",
                $"Sources:RabbitMq:{name}:Url '{broker.Url}' must be amqp://host:port or amqps://host:port");
            Check(
                broker.CaFile.Length == 0 || File.Exists(broker.CaFile),
                $"Sources:RabbitMq:{name}:CaFile '{broker.CaFile}' does not exist");
        }
    }

    private void Secrets(Dictionary<string, SecretConfig> secrets)
    {
        foreach (var (name, secret) in secrets)
        {
            var given = (secret.Value is null ? 0 : 1) + (secret.File is null ? 0 : 1) + (secret.Environment is null ? 0 : 1);
            Check(given == 1, $"Secrets:{name} must have exactly one of Value, File and Environment");
        }
    }

    private void Range(string name, int value, int minimum, int maximum)
        => Check(value >= minimum && value <= maximum, string.Create(CultureInfo.InvariantCulture, $"{name} {value} must be {minimum}..{maximum}"));

    private void Check(bool right, string error)
    {
        if (!right)
        {
            _errors.Add(error);
        }
    }

    private static bool IsRegion(string text)
        => text.Length is > 0 and <= 32 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static bool IsHostAndPort(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(text.AsSpan(colon + 1).Trim(), CultureInfo.InvariantCulture, out var port) && port > 0;
    }
}
