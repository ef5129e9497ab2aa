using System.Diagnostics;
using System.Reflection;

namespace Dispatcher.Testing.Kafka;

/// <summary>
/// A Kafka cluster for tests: librdkafka's mock brokers in a process of their own, or the real cluster that
/// <c>DISPATCHER_TEST_KAFKA=host:port</c> names (what only the mock can do then skips the test).
/// </summary>
/// <remarks>
/// The mock keeps 5 MiB per partition, finds nothing by time and does not wake a waiting fetch: give clients
/// <see cref="ClientSettings"/>.
/// </remarks>
public sealed class KafkaCluster : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly SemaphoreSlim _turn = new(1, 1);

    private KafkaCluster(Process process, string servers, bool isMock)
        => (_process, Servers, IsMock) = (process, servers, isMock);

    /// <summary>Settings that make a consumer quick on the mock; harmless on a real cluster.</summary>
    public static IReadOnlyDictionary<string, string> ClientSettings { get; } = new Dictionary<string, string>
    {
        ["fetch.wait.max.ms"] = "10",
        ["reconnect.backoff.ms"] = "20",
        ["reconnect.backoff.max.ms"] = "100",
    };

    /// <summary>Bootstrap servers, comma separated.</summary>
    public string Servers { get; }

    /// <summary>Whether this is the mock.</summary>
    public bool IsMock { get; }

    /// <summary>Starts the mock, or takes the cluster of the environment.</summary>
    public static async Task<KafkaCluster> StartAsync(int brokers = 1)
    {
        var real = Environment.GetEnvironmentVariable("DISPATCHER_TEST_KAFKA");
        var isMock = string.IsNullOrEmpty(real);
        var program = typeof(KafkaCluster).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(a => a.Key == "KafkaMock").Value!;
        var process = Process.Start(new ProcessStartInfo("dotnet", [program, isMock ? brokers.ToString() : real!])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var servers = await process.StandardOutput.ReadLineAsync().WaitAsync(s_patience)
            ?? throw new InvalidOperationException("the Kafka mock did not start: see its standard error");
        return new KafkaCluster(process, servers, isMock);
    }

    /// <summary>A topic name that no other test uses.</summary>
    public static string NewName(string prefix = "topic") => $"{prefix}-{Guid.NewGuid():N}";

    /// <summary>Makes a topic.</summary>
    public Task CreateTopicAsync(string topic, int partitions) => CommandAsync($"topic {topic} {partitions}");

    /// <summary>Takes a topic away.</summary>
    public Task DeleteTopicAsync(string topic) => CommandAsync($"delete-topic {topic}");

    /// <summary>Deletes the records of a partition below an offset.</summary>
    public Task TrimAsync(string topic, int partition, long before) => CommandAsync($"trim {topic} {partition} {before}");

    /// <summary>Takes a broker (1 and up) down.</summary>
    public Task DownAsync(int broker = 1) => CommandAsync($"down {broker}");

    /// <summary>Brings a broker up again.</summary>
    public Task UpAsync(int broker = 1) => CommandAsync($"up {broker}");

    /// <summary>Lets the next requests of a kind fail with Kafka error codes, one each.</summary>
    public Task FailAsync(int apiKey, params int[] errors) => CommandAsync($"fail {apiKey} {string.Join(' ', errors)}");

    /// <summary>Lets a topic answer with an error in metadata.</summary>
    public Task TopicErrorAsync(string topic, int error) => CommandAsync($"topic-error {topic} {error}");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(s_patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            throw;
        }
        finally
        {
            _process.Dispose();
            _turn.Dispose();
        }
    }

    private async Task CommandAsync(string command)
    {
        await _turn.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(command);
            var answer = await _process.StandardOutput.ReadLineAsync().WaitAsync(s_patience);
            Assert.SkipWhen(answer == "cannot", $"DISPATCHER_TEST_KAFKA names a real cluster, which is not told: {command}");
            Assert.True(answer == "ok", $"{command}: {answer ?? "the mock ended"}");
        }
        finally
        {
            _turn.Release();
        }
    }
}
