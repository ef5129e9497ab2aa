using Confluent.Kafka;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.Kafka;

/// <summary>
/// The pollers of one mapping in this process, each a client of its own, and the partitions that are read, spread over them
/// evenly. How many there are follows ProvisionedPollerConfig and the partitions' lag (<see cref="PollerPlan"/>): more at once,
/// fewer when so many were not wanted for <see cref="KafkaTimes.ScaleDown"/>. The first one is there as long as this is.
/// </summary>
internal sealed class KafkaPollers : IAsyncDisposable
{
    private readonly Func<KafkaPoller> _make;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<PollerSlot> _slots;
    private readonly PollerScaler _scaler;
    private volatile ProvisionedPollers? _config;
    private volatile int _allPartitions;
    private long _enoughAt;
    private bool _closed;

    /// <summary>Begins with one poller.</summary>
    /// <param name="make">Makes a poller; throws SourceException where the client refuses its settings.</param>
    /// <param name="config">ProvisionedPollerConfig; null without.</param>
    /// <param name="time">The clock.</param>
    /// <param name="failed">Is told why the number of pollers could not be changed; it is tried again.</param>
    public KafkaPollers(Func<KafkaPoller> make, ProvisionedPollers? config, TimeProvider time, Action<Exception> failed)
    {
        (_make, _config, _time) = (make, config, time);
        First = make();
        _slots = [new PollerSlot(0, First)];
        _enoughAt = time.GetTimestamp();
        _scaler = new PollerScaler(() => _config is null && _slots.Count == 1 ? Timeout.InfiniteTimeSpan : KafkaTimes.ScalePace, ScaleAsync, time, failed);
    }

    /// <summary>The first poller: also asked for everything that is not reading.</summary>
    public KafkaPoller First { get; }

    /// <summary>Whether the mapping says how many pollers there are.</summary>
    public bool Provisioned => _config is not null;

    /// <summary>Another ProvisionedPollerConfig, which acts at once.</summary>
    public void Configure(ProvisionedPollers? config)
    {
        if (config != _config)
        {
            _config = config;
            _scaler.Wake();
        }
    }

    /// <summary>Whether the number of the topic's partitions is known; until then it is taken for that of those read here.</summary>
    public bool KnowsPartitions => _allPartitions > 0;

    /// <summary>How many partitions the topic has.</summary>
    public void NotePartitions(int all) => _allPartitions = all;

    /// <summary>Starts to read a partition.</summary>
    public async Task<OpenPartition> OpenAsync(PartitionBuffer buffer, CancellationToken cancellation)
    {
        OpenPartition partition;
        Task opened;
        await _turn.WaitAsync(cancellation);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            Grow(PollerPlan.Wanted(_config, Open + 1, _allPartitions, 0));
            partition = new OpenPartition(buffer, Idlest());
            partition.Slot.Partitions.Add(partition);

            // A poller does what it is told in order: many are opened in one turn of its thread, and a move comes after this.
            opened = partition.Slot.Poller.OpenAsync(buffer);
        }
        finally
        {
            _turn.Release();
        }

        try
        {
            await opened;
            return partition;
        }
        catch
        {
            await CloseAsync(partition);
            throw;
        }
    }

    /// <summary>Ends the reading of a partition.</summary>
    public async Task CloseAsync(OpenPartition partition)
    {
        Task closed;
        await _turn.WaitAsync();
        try
        {
            partition.Slot.Partitions.Remove(partition);
            closed = partition.Slot.Poller.CloseAsync(partition.Buffer);
        }
        finally
        {
            _turn.Release();
        }

        await closed;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _scaler.DisposeAsync();
        await _turn.WaitAsync();
        try
        {
            _closed = true;
            await Task.WhenAll(_slots.Select(slot => EndAsync(slot.Poller)));
        }
        finally
        {
            _turn.Release();
        }
    }

    private int Open => _slots.Sum(slot => slot.Partitions.Count);

    /// <summary>Makes the pollers be as many as wanted and their partitions even.</summary>
    private async Task ScaleAsync()
    {
        var ended = new List<PollerSlot>();
        await _turn.WaitAsync();
        try
        {
            var wanted = Wanted();
            Grow(wanted);
            await ShrinkAsync(wanted, ended);
            await LevelAsync();
        }
        finally
        {
            _turn.Release();
            await Task.WhenAll(ended.Select(slot => EndAsync(slot.Poller)));
        }
    }

    private int Wanted()
    {
        var (open, behind) = (Open, _slots.Sum(slot => slot.Partitions.Count(p => p.Buffer.Waiting > Limits.KafkaPollerLag)));
        var wanted = PollerPlan.Wanted(_config, open, _allPartitions, behind);
        if (wanted >= _slots.Count)
        {
            _enoughAt = _time.GetTimestamp();
            return wanted;
        }

        // What the configuration does not allow any more ends at once; what only has nothing to do may soon have again.
        var most = PollerPlan.Wanted(_config, open, _allPartitions, open);
        return _time.GetElapsedTime(_enoughAt) >= KafkaTimes.ScaleDown ? wanted : Math.Min(_slots.Count, most);
    }

    private void Grow(int wanted)
    {
        while (_slots.Count < wanted)
        {
            var number = Enumerable.Range(0, wanted).First(n => _slots.TrueForAll(slot => slot.Number != n));
            _slots.Add(new PollerSlot(number, _make()));
        }
    }

    /// <summary>A poller leaves when it has no partitions any more: where one cannot be moved, the next look goes on with the rest.</summary>
    private async Task ShrinkAsync(int wanted, List<PollerSlot> ended)
    {
        while (_slots.Count > wanted)
        {
            var last = _slots[^1];
            while (last.Partitions is [var partition, ..])
            {
                await MoveAsync(partition, _slots.SkipLast(1).MinBy(slot => slot.Partitions.Count)!);
            }

            _slots.RemoveAt(_slots.Count - 1);
            ended.Add(last);
        }
    }

    private async Task LevelAsync()
    {
        while (_slots.MaxBy(slot => slot.Partitions.Count) is { } busiest && Idlest() is var idlest
            && busiest.Partitions.Count - idlest.Partitions.Count > 1)
        {
            await MoveAsync(busiest.Partitions[^1], idlest);
        }
    }

    /// <summary>
    /// Lets another poller go on exactly where one was. Where neither can, the reader hears of it and begins again from its
    /// checkpoint.
    /// </summary>
    private static async Task MoveAsync(OpenPartition partition, PollerSlot to)
    {
        var from = partition.Slot;
        from.Partitions.Remove(partition);
        to.Partitions.Add(partition);
        partition.Slot = to;
        try
        {
            await from.Poller.CloseAsync(partition.Buffer);
            await to.Poller.OpenAsync(partition.Buffer);
        }
        catch (Exception error) when (error is KafkaException or ObjectDisposedException)
        {
            partition.Buffer.Close();
            throw new SourceException(SourceErrorKind.Unavailable, $"{partition.Buffer.Name} could not be given to another poller: {error.Message}", error);
        }
    }

    private PollerSlot Idlest() => _slots.MinBy(slot => slot.Partitions.Count)!;

    /// <summary>Closing a client waits for the calls that run in it.</summary>
    private static Task EndAsync(KafkaPoller poller)
        => Task.Factory.StartNew(poller.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
