namespace Dispatcher.Pipeline.Payloads;

/// <summary>What payload shapes show of the server and of the shard.</summary>
/// <param name="Region">awsRegion.</param>
/// <param name="Account">Account of made-up ARNs.</param>
/// <param name="Shard">The shard's name.</param>
/// <param name="BootstrapServers">Kafka brokers, comma separated; empty for other sources.</param>
internal sealed record PayloadContext(string Region, string Account, string Shard, string BootstrapServers = "");
