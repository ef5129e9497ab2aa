using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Dispatcher.KafkaMock;

/// <summary>librdkafka's mock cluster, driven by lines of text.</summary>
internal sealed partial class MockCluster : ICluster
{
    private const string Library = "librdkafka";

    private readonly nint _client;
    private readonly nint _cluster;

    public MockCluster(int brokers)
    {
        var reason = new byte[512];
        var settings = ConfNew();
        _ = ConfSet(settings, "log_level", "0", reason, (nuint)reason.Length);
        _client = New(0, settings, reason, (nuint)reason.Length);
        if (_client == 0)
        {
            throw new InvalidOperationException(Encoding.UTF8.GetString(reason).TrimEnd('\0'));
        }

        _cluster = ClusterNew(_client, brokers);
    }

    /// <inheritdoc/>
    public string Bootstraps => Marshal.PtrToStringUTF8(ClusterBootstraps(_cluster))!;

    /// <inheritdoc/>
    public string Run(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var code = words switch
        {
            ["topic", var name, var partitions] => TopicCreate(_cluster, name, Number(partitions), 1),
            ["delete-topic", var name] => TopicDelete(_cluster, name),
            ["trim", var name, var partition, var before] => DeleteRecords(
                _cluster, name, Number(partition), long.Parse(before, CultureInfo.InvariantCulture)),
            ["down", var broker] => BrokerSetDown(_cluster, Number(broker)),
            ["up", var broker] => BrokerSetUp(_cluster, Number(broker)),
            ["topic-error", var name, var error] => TopicSetError(name, Number(error)),
            ["fail", var api, .. var errors] => Fail(short.Parse(api, CultureInfo.InvariantCulture), errors),
            _ => throw new FormatException($"unknown command: {line}"),
        };
        return code == 0 ? "ok" : $"error {code}";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ClusterDestroy(_cluster);
        Destroy(_client);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private int TopicSetError(string name, int error)
    {
        SetTopicError(_cluster, name, error);
        return 0;
    }

    private int Fail(short api, string[] errors)
    {
        PushRequestErrors(_cluster, api, (nuint)errors.Length, Array.ConvertAll(errors, Number));
        return 0;
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    private static partial nint ConfNew();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ConfSet(nint conf, string name, string value, [Out] byte[] reason, nuint size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    private static partial nint New(int type, nint conf, [Out] byte[] reason, nuint size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    private static partial void Destroy(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_new")]
    private static partial nint ClusterNew(nint client, int brokers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    private static partial void ClusterDestroy(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    private static partial nint ClusterBootstraps(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int TopicCreate(nint cluster, string topic, int partitions, int replicas);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_delete", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int TopicDelete(nint cluster, string topic);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_set_error", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void SetTopicError(nint cluster, string topic, int error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_partition_delete_records", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int DeleteRecords(nint cluster, string topic, int partition, long before);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_down")]
    private static partial int BrokerSetDown(nint cluster, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_up")]
    private static partial int BrokerSetUp(nint cluster, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    private static partial void PushRequestErrors(nint cluster, short api, nuint count, int[] errors);
}
