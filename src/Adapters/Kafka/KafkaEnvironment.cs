using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Kafka;

/// <summary>What every Kafka source of this process shares.</summary>
/// <param name="Config">The server's configuration.</param>
/// <param name="Secrets">Credentials and certificates.</param>
/// <param name="Instruments">Counts failed commits.</param>
/// <param name="Loggers">Makes the loggers.</param>
/// <param name="Time">Paces commits.</param>
internal sealed record KafkaEnvironment(
    DispatcherConfig Config, ISecrets Secrets, Instruments Instruments, ILoggerFactory Loggers, TimeProvider Time)
{
    /// <summary>What was told of clients lately; outlives them, since a source that does not answer is connected to again and again.</summary>
    public Troubles Told { get; } = new(Time, KafkaTimes.LogPace);
}
