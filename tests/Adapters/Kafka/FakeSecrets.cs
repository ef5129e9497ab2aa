using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;

namespace Dispatcher.Adapters.Tests.Kafka;

internal sealed class FakeSecrets : ISecrets
{
    public Dictionary<string, string> Values { get; } = [];

    public ValueTask<string> ReadAsync(string arn, CancellationToken cancellation)
        => Values.TryGetValue(arn, out var value)
            ? ValueTask.FromResult(value)
            : throw ServiceException.Invalid($"There is no secret {arn}.");
}
