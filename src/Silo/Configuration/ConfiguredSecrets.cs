using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;

namespace Dispatcher.Silo.Configuration;

/// <summary>Secrets of the configuration; files and environment variables are read at every use.</summary>
internal sealed class ConfiguredSecrets(DispatcherConfig config) : ISecrets
{
    private const string Marker = ":secret:";
    private const int RandomSuffix = 7;

    /// <inheritdoc/>
    public async ValueTask<string> ReadAsync(string arn, CancellationToken cancellation)
    {
        var (name, secret) = Find(arn);
        if (secret.Value is { } value)
        {
            return value;
        }

        if (secret.Environment is { } variable)
        {
            return Environment.GetEnvironmentVariable(variable)
                ?? throw ServiceException.Invalid($"Secret {name}: the environment variable {variable} is not set.");
        }

        try
        {
            return (await File.ReadAllTextAsync(secret.File!, cancellation)).TrimEnd('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServiceException(ServiceErrorKind.InvalidParameterValue, $"Secret {name} cannot be read: {e.Message}", e);
        }
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
