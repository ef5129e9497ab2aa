using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;

namespace Dispatcher.Adapters.Tests.RabbitMq;

/// <summary>Secrets by ARN.</summary>
internal sealed class FixedSecrets(params (string Arn, string Text)[] secrets) : ISecrets
{
    public ValueTask<string> ReadAsync(string arn, CancellationToken cancellation)
    {
        foreach (var secret in secrets)
        {
            if (secret.Arn == arn)
            {
                return ValueTask.FromResult(secret.Text);
            }
        }

        throw ServiceException.NotFound($"Secret '{arn}' does not exist.");
    }
}
