using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>What comes from around: time, chance and the log.</summary>
internal sealed record RabbitMqSurroundings(TimeProvider Time, Random Random, ILogger Log);
