using System.Runtime.InteropServices;
using Dispatcher.Adapters.Kafka;
using Dispatcher.KafkaMock;

// A Kafka cluster for tests: librdkafka's mock brokers (argument: how many) in a process of their own, or a real cluster
// (argument: its host:port). Prints the bootstrap servers, then answers each command on standard input. Ends with its input.
NativeLibrary.SetDllImportResolver(
    typeof(MockCluster).Assembly, static (name, _, _) => name == "librdkafka" ? Librdkafka.Require() : nint.Zero);
var argument = args is [var one] ? one : "1";
using ICluster cluster = int.TryParse(argument, out var brokers) ? new MockCluster(brokers) : new RealCluster(argument);
Console.WriteLine(cluster.Bootstraps);
while (Console.ReadLine() is { } line)
{
    try
    {
        Console.WriteLine(cluster.Run(line));
    }
    catch (FormatException error)
    {
        Console.WriteLine($"error {error.Message}");
    }
}
