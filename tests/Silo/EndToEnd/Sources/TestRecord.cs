namespace Dispatcher.Silo.Tests.EndToEnd.Sources;

/// <summary>A record that a test puts into a source.</summary>
/// <param name="Body">Its data.</param>
/// <param name="Key">Its key; nothing where the source has none.</param>
/// <param name="Time">Its own time, for those sources whose producers may say one (Kafka, RabbitMQ); null for now.</param>
internal sealed record TestRecord(string Body, string Key = "k", DateTimeOffset? Time = null);
