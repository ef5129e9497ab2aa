using Confluent.Kafka;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.Kafka;

/// <summary>
/// The life of one native client: a consumer without group membership and an admin client on the same connections. It is
/// closed only when nobody is inside a call.
/// </summary>
internal sealed class KafkaSession : IDisposable
{
    private const int Uses = 4;

    private readonly SemaphoreSlim _free = new(Uses, Uses);
    private readonly IAdminClient _admin;
    private volatile bool _closed;

    /// <summary>Takes over a consumer and the admin client on it.</summary>
    internal KafkaSession(IConsumer<ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>?> consumer, IAdminClient admin)
        => (Consumer, _admin) = (consumer, admin);

    /// <summary>The consumer; polled, paused and assigned by the poll thread only.</summary>
    public IConsumer<ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>?> Consumer { get; }

    /// <summary>Makes a client; connects in the background.</summary>
    /// <exception cref="SourceException">There is no native library, or the settings are refused.</exception>
    public static KafkaSession Open(
        IEnumerable<KeyValuePair<string, string>> settings, Action<Error> onError, Action<LogMessage> onLog)
    {
        Librdkafka.Require();
        try
        {
            var consumer = new ConsumerBuilder<ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>?>(settings)
                .SetKeyDeserializer(new MessageBytes())
                .SetValueDeserializer(new MessageBytes())
                .SetErrorHandler((_, error) => onError(error))
                .SetLogHandler((_, message) => onLog(message))
                .Build();
            return new KafkaSession(consumer, new DependentAdminClientBuilder(consumer.Handle).Build());
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or KafkaException)
        {
            throw KafkaErrors.FromBuild(error);
        }
    }

    /// <summary>Runs a blocking call of the client on a thread of its own; at most four at a time.</summary>
    public async Task<T> UseAsync<T>(Func<KafkaSession, T> call, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        return await Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(cancellation);

        T Run()
        {
            try
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                return call(this);
            }
            finally
            {
                _free.Release();
            }
        }
    }

    /// <summary>Asks the cluster for a topic's partitions. Blocks.</summary>
    public TopicMetadata Describe(string topic)
    {
        var metadata = _admin.GetMetadata(topic, KafkaTimes.Request);
        foreach (var found in metadata.Topics)
        {
            if (found.Topic == topic)
            {
                return found.Error.IsError ? throw new KafkaException(found.Error) : found;
            }
        }

        throw new KafkaException(ErrorCode.UnknownTopicOrPart);
    }

    /// <summary>Waits for the calls that run (each takes <see cref="KafkaTimes.Request"/> at most) and closes the client.</summary>
    public void Dispose()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        for (var i = 0; i < Uses; i++)
        {
            _free.Wait();
        }

        _admin.Dispose();
        Consumer.Close();
        Consumer.Dispose();
        _free.Release(Uses);
    }
}
