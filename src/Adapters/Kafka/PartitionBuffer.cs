using Confluent.Kafka;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.Kafka;

/// <summary>
/// What was read of one partition and not yet handed over. The poll thread fills it, one reader empties it; it is bounded
/// by the poll thread, which stops when it is full and goes on when it is half empty.
/// </summary>
internal sealed class PartitionBuffer
{
    private readonly Lock _gate = new();
    private readonly int _partition;
    private RecordPage? _page;
    private int _taken;
    private int _records;
    private int _bytes;
    private long _end;
    private TaskCompletionSource? _waiter;
    private SourceException? _fault;
    private SourceException? _lasting;
    private bool _closed;
    private bool _pressed;

    /// <summary>An empty buffer of a partition that is read from an offset on.</summary>
    public PartitionBuffer(string topic, int partition, long next)
    {
        (_partition, Next) = (partition, next);
        Name = new TopicPartition(topic, new Partition(partition));
    }

    /// <summary>The partition.</summary>
    public TopicPartition Name { get; }

    /// <summary>The offset from which the client has to go on.</summary>
    public long Next { get; private set; }

    /// <summary>The buffer was full and is not yet half empty. Set by the poll thread, seen by the reader.</summary>
    public bool Pressed
    {
        get => Volatile.Read(ref _pressed);
        set => Volatile.Write(ref _pressed, value);
    }

    /// <summary>Poll thread only: the client was told to pause the partition.</summary>
    public bool Paused { get; set; }

    /// <summary>Poll thread only: something was added that nobody was told of.</summary>
    public bool Touched { get; set; }

    /// <summary>Whether nothing more must be added.</summary>
    public bool IsFull => Volatile.Read(ref _records) >= Limits.KafkaPartitionBufferRecords
        || Volatile.Read(ref _bytes) >= Limits.KafkaPartitionBufferBytes;

    /// <summary>Whether so much was taken that it is worth going on.</summary>
    public bool IsLow => Volatile.Read(ref _records) <= Limits.KafkaPartitionBufferRecords / 2
        && Volatile.Read(ref _bytes) <= Limits.KafkaPartitionBufferBytes / 2;

    /// <summary>Adds a record; the reader is told by <see cref="Publish"/>.</summary>
    public void Add(in Record record)
    {
        lock (_gate)
        {
            if (_closed || _lasting is not null)
            {
                return;
            }

            if (record.Position < Next)
            {
                _lasting = WentBack(record.Position);
                Wake();
                return;
            }

            _fault = null;
            _page ??= new RecordPage();
            _page.Add(record);
            _records++;
            _bytes += record.Key.Length + record.Data.Length;
            Next = record.Position + 1;
        }
    }

    /// <summary>Says where the partition ends now; below 0 where that is not known.</summary>
    public void EndsAt(long end)
    {
        lock (_gate)
        {
            _end = Math.Max(end, 0);
        }
    }

    /// <summary>Wakes the reader.</summary>
    public void Publish()
    {
        lock (_gate)
        {
            Wake();
        }
    }

    /// <summary>Lets one read fail, once what was read before is handed over.</summary>
    public void Fail(SourceException fault)
    {
        lock (_gate)
        {
            _fault = fault;
            Wake();
        }
    }

    /// <summary>Lets every read fail from now on and gives up what is there.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _page?.Dispose();
            _page = null;
            (_records, _bytes, _taken) = (0, 0, 0);
            Wake();
        }
    }

    /// <summary>Waits for records and takes up to <paramref name="maximum"/> of them.</summary>
    public async ValueTask<RecordPage> TakeAsync(int maximum, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximum);
        while (true)
        {
            Task wait;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                if (_page is not null)
                {
                    return Take(maximum);
                }

                ThrowFault();
                _waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = _waiter.Task;
            }

            await wait.WaitAsync(cancellation);
        }
    }

    private RecordPage Take(int maximum)
    {
        var page = _page!;
        if (_taken == 0 && page.Count <= maximum)
        {
            _page = null;
        }
        else
        {
            page = Slice(page, maximum);
        }

        _records -= page.Count;
        _bytes -= page.Bytes;
        page.EndPosition = _end;
        return page;
    }

    private RecordPage Slice(RecordPage from, int maximum)
    {
        var slice = new RecordPage();
        foreach (ref readonly var record in from.Records.Slice(_taken, Math.Min(maximum, from.Count - _taken)))
        {
            slice.Add(record);
        }

        _taken += slice.Count;
        if (_taken == from.Count)
        {
            from.Dispose();
            (_page, _taken) = (null, 0);
        }

        return slice;
    }

    private void ThrowFault()
    {
        if (_lasting is not null)
        {
            throw _lasting;
        }

        if (_fault is { } fault)
        {
            _fault = null;
            throw fault;
        }
    }

    private void Wake()
    {
        _waiter?.TrySetResult();
        _waiter = null;
    }

    private SourceException WentBack(long position) => new(
        SourceErrorKind.Configuration,
        $"Partition {_partition} of topic '{Name.Topic}' begins again at offset {position}, below {Next} which is done: the topic " +
        "was made anew or lost records. Make the mapping anew to read it.");
}
