using Confluent.Kafka;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.Kafka;

/// <summary>
/// What was read of one partition and not yet handed over. The poll thread fills it, one reader empties it; it is bounded
/// by the poll thread, which stops when it is full and goes on when it is half empty. Between <see cref="Begin"/> and
/// <see cref="Publish"/> the newest page belongs to the poll thread alone, so a record costs no lock.
/// </summary>
internal sealed class PartitionBuffer
{
    /// <summary>Records of a page: it is kept until the last of them is done, so it must not be much more than a batch.</summary>
    private const int PageRecords = 1_000;

    private readonly Lock _gate = new();
    private readonly int _partition;

    // Of the poll thread.
    private RecordPage? _filling;
    private int _addedRecords;
    private int _addedBytes;

    // Of whoever holds the gate.
    private readonly LinkedList<RecordPage> _pages = new();
    private int _taken;
    private int _records;
    private int _bytes;
    private long _end;
    private long _handed;
    private TaskCompletionSource? _waiter;
    private SourceException? _fault;
    private SourceException? _lasting;
    private bool _lost;
    private bool _back;
    private bool _closed;
    private bool _pressed;

    /// <summary>An empty buffer of a partition that is read from an offset on.</summary>
    public PartitionBuffer(string topic, int partition, long next)
    {
        (_partition, Next, _handed) = (partition, next, next);
        Name = new TopicPartition(topic, new Partition(partition));
    }

    /// <summary>The partition.</summary>
    public TopicPartition Name { get; }

    /// <summary>Poll thread only: the offset from which the client has to go on.</summary>
    public long Next { get; private set; }

    /// <summary>The buffer was full and is not yet half empty. Set by the poll thread, seen by the reader.</summary>
    public bool Pressed
    {
        get => Volatile.Read(ref _pressed);
        set => Volatile.Write(ref _pressed, value);
    }

    /// <summary>Poll thread only: the client was told to pause the partition.</summary>
    public bool Paused { get; set; }

    /// <summary>Poll thread only: it was begun to be filled and that is not published.</summary>
    public bool Touched { get; set; }

    /// <summary>Poll thread only: whether nothing more must be added.</summary>
    public bool IsFull => Volatile.Read(ref _records) + _addedRecords >= Limits.KafkaPartitionBufferRecords
        || Volatile.Read(ref _bytes) + _addedBytes >= Limits.KafkaPartitionBufferBytes;

    /// <summary>Records that wait for the reader, here and in the cluster, as far as the end of the partition is known.</summary>
    public long Waiting
    {
        get
        {
            lock (_gate)
            {
                return Math.Max(0, _end - _handed);
            }
        }
    }

    /// <summary>Pages that are held and can be taken.</summary>
    internal int Pages => _pages.Count;

    /// <summary>Whether so much was taken that it is worth going on.</summary>
    public bool IsLow => Volatile.Read(ref _records) <= Limits.KafkaPartitionBufferRecords / 2
        && Volatile.Read(ref _bytes) <= Limits.KafkaPartitionBufferBytes / 2;

    /// <summary>Poll thread only: gets ready to be filled. What is added is seen by the reader after <see cref="Publish"/>.</summary>
    /// <param name="end">Where the partition ends now; below 0 where that is not known.</param>
    public void Begin(long end)
    {
        lock (_gate)
        {
            _end = Math.Max(end, 0);

            // A page of few records goes on to be filled, unless the reader has begun it.
            if (_pages.Last is { } last && last.Value.Count < PageRecords && (_taken == 0 || _pages.Count > 1))
            {
                _filling = last.Value;
                _pages.RemoveLast();
            }
        }
    }

    /// <summary>Poll thread only: adds a record and copies its bytes. To be called after <see cref="Begin"/>.</summary>
    public void Add(in Record record)
    {
        if (record.Position < Next)
        {
            // Nothing after it is wanted either: it would be passed over as if it were done.
            _lasting ??= WentBack(record.Position);
            return;
        }

        if (_lasting is not null)
        {
            return;
        }

        if (_filling is { Count: >= PageRecords })
        {
            Publish();
        }

        var page = _filling ??= new RecordPage();
        page.Add(record with { Key = page.Copy(record.Key.Span), Data = page.Copy(record.Data.Span) });
        _addedRecords++;
        _addedBytes += record.Key.Length + record.Data.Length;
        Next = record.Position + 1;
    }

    /// <summary>Poll thread only: shows the reader what was added, and wakes it.</summary>
    public void Publish()
    {
        lock (_gate)
        {
            if (_closed)
            {
                _filling?.Dispose();
            }
            else if (_filling is not null)
            {
                _pages.AddLast(_filling);
                _records += _addedRecords;
                _bytes += _addedBytes;
                (_fault, _lost, _back) = _addedRecords > 0 ? (null, false, false) : (_fault, _lost, _back);
            }

            (_filling, _addedRecords, _addedBytes) = (null, 0, 0);
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

    /// <summary>Lets one read fail because the cluster as a whole cannot be read, until <see cref="Answered"/>.</summary>
    public void Lose(SourceException fault)
    {
        lock (_gate)
        {
            (_lost, _back) = (true, false);
            Fail(fault);
        }
    }

    /// <summary>The cluster answers. Where it was lost one read brings an empty page: nothing may come for long, and nobody would know.</summary>
    public void Answered()
    {
        lock (_gate)
        {
            if (_lost)
            {
                (_lost, _back) = (false, true);
                Wake();
            }
        }
    }

    /// <summary>Lets every read fail from now on and gives up what is there.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var page in _pages)
            {
                page.Dispose();
            }

            _pages.Clear();
            (_records, _bytes, _taken) = (0, 0, 0);
            Wake();
        }
    }

    /// <summary>Waits for records and takes up to <paramref name="maximum"/> of them; none where the cluster is back.</summary>
    public async ValueTask<RecordPage> TakeAsync(int maximum, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximum);
        while (true)
        {
            Task wait;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                if (_pages.First is { } first)
                {
                    return Take(first.Value, maximum);
                }

                ThrowFault();
                if (_back)
                {
                    _back = false;
                    return new RecordPage { NextPosition = _handed, EndPosition = _end };
                }

                _waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = _waiter.Task;
            }

            await wait.WaitAsync(cancellation);
        }
    }

    private RecordPage Take(RecordPage page, int maximum)
    {
        if (_taken == 0 && page.Count <= maximum)
        {
            _pages.RemoveFirst();
        }
        else
        {
            page = Slice(page, maximum);
        }

        _records -= page.Count;
        _bytes -= page.Bytes;
        page.EndPosition = _end;
        _handed = page.NextPosition;
        return page;
    }

    /// <summary>Copies a part of a page, which is given up when all of it was copied.</summary>
    private RecordPage Slice(RecordPage from, int maximum)
    {
        var slice = new RecordPage();
        foreach (ref readonly var record in from.Records.Slice(_taken, Math.Min(maximum, from.Count - _taken)))
        {
            slice.Add(record with { Key = slice.Copy(record.Key.Span), Data = slice.Copy(record.Data.Span) });
        }

        _taken += slice.Count;
        if (_taken == from.Count)
        {
            from.Dispose();
            _pages.RemoveFirst();
            _taken = 0;
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
        "was made anew or its end was lost. Nothing is skipped: to read it from there, delete the mapping and create it again with " +
        "another ConsumerGroupId (or after the group's offsets were reset).");
}
