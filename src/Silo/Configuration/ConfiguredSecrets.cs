using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;

namespace Dispatcher.Silo.Configuration;

/// <summary>Secrets of the configuration; files and environment variables are read at every use.</summary>
internal sealed class ConfiguredSecrets(DispatcherConfig config) : ISecrets
{
    private const string Marker = ":secret:";
    private const int RandomSuffix = 7;

    /// <inheritdoc/>
    public ValueTask<string> ReadAsync(string arn, CancellationToken cancellation)
    {
        var (name, secret) = Find(arn);
        return ValueTask.FromResult(SecretReader.Read($"Secret {name}", secret));
    }

    private (string Name, SecretConfig Secret) Find(string arn)
    {
        var at = arn.IndexOf(Marker, StringComparison.Ordinal);
        if (!arn.StartsWith("arn:", StringComparison.Ordinal) || at < 0)
        {
            throw ServiceException.Invalid($"'{arn}' is not the ARN of a secret.");
        }

        var name = arn[(at + Marker.Length)..];
        if (config.Secrets.TryGetValue(name, out var secret))
        {
            return (name, secret);
        }

        // AWS appends a dash and six random characters to a secret's name.
        if (name.Length > RandomSuffix && name[^RandomSuffix] == '-' && config.Secrets.TryGetValue(name[..^RandomSuffix], out secret))
        {
            return (name[..^RandomSuffix], secret);
        }

        throw ServiceException.NotFound($"Secret {name} is not configured (Secrets:{name}).");
    }
}
