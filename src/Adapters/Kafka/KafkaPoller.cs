using System.Collections.Concurrent;
using Confluent.Kafka;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.Kafka;

/// <summary>
/// One thread that polls one consumer and moves what comes into the buffers of the open partitions. Everything that
/// changes the assignment happens on it, so no record of an old assignment can reach a new buffer. When every buffer is
/// full it stops polling; when only some are it pauses those.
/// </summary>
internal sealed partial class KafkaPoller : IDisposable
{
    private const int BurstRecords = 1_000;

    private readonly string _topic;
    private readonly Func<Action<Error>, KafkaSession> _connect;
    private readonly KafkaHealth _health;
    private readonly ConcurrentQueue<(Action Run, TaskCompletionSource Done)> _commands = new();
    private readonly Dictionary<int, PartitionBuffer> _open = [];
    private readonly List<PartitionBuffer> _touched = [];
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private volatile KafkaSession _session;
    private volatile Error? _lastError;
    private volatile bool _dirty;
    private volatile bool _stop;
    private PartitionBuffer? _last;
    private int _lookups;
    private bool _rebuild;
    private bool _room;
    private bool _anyPaused;

    /// <summary>Connects and starts to poll.</summary>
    /// <param name="topic">The topic of every partition.</param>
    /// <param name="connect">Makes a client that reports its errors to the given action; called again after a fatal error.</param>
    /// <param name="health">Is told how the client fares.</param>
    /// <exception cref="SourceException">The first client could not be made.</exception>
    public KafkaPoller(string topic, Func<Action<Error>, KafkaSession> connect, KafkaHealth health)
    {
        (_topic, _connect, _health) = (topic, connect, health);
        _session = connect(OnError);
        _thread = new Thread(Run) { IsBackground = true, Name = $"kafka {topic}" };
        _thread.Start();
    }

    /// <summary>The last error that the client reported by itself; null when the cluster answered since.</summary>
    public Error? LastError => _lastError;

    /// <summary>Runs a blocking call of the client while the client's own errors are being received.</summary>
    public async Task<T> AskAsync<T>(Func<KafkaSession, T> call, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _lookups);
        Wake();
        try
        {
            var answer = await _session.UseAsync(call, cancellation);
            _lastError = null;
            _health.Worked();
            return answer;
        }
        finally
        {
            Interlocked.Decrement(ref _lookups);
        }
    }

    /// <summary>Starts to read a partition.</summary>
    public Task OpenAsync(PartitionBuffer buffer) => OnThreadAsync(() =>
    {
        if (!_open.TryAdd(buffer.Name.Partition.Value, buffer))
        {
            throw new InvalidOperationException($"{buffer.Name} is open already");
        }

        try
        {
            _session.Consumer.IncrementalAssign([new TopicPartitionOffset(buffer.Name, new Offset(buffer.Next))]);
        }
        catch (KafkaException)
        {
            _open.Remove(buffer.Name.Partition.Value);
            throw;
        }
    });

    /// <summary>Ends the reading of a partition.</summary>
    public Task CloseAsync(PartitionBuffer buffer) => OnThreadAsync(() =>
    {
        if (_open.TryGetValue(buffer.Name.Partition.Value, out var open) && open == buffer)
        {
            _open.Remove(buffer.Name.Partition.Value);
            _last = null;
            _session.Consumer.IncrementalUnassign([buffer.Name]);
        }
    });

    /// <summary>Says that a buffer may have room again.</summary>
    public void Wake()
    {
        _dirty = true;
        _wake.Set();
    }

    /// <summary>Ends the thread and closes the client. Blocks for as long as a call of the client takes.</summary>
    public void Dispose()
    {
        _stop = true;
        _wake.Set();
        _thread.Join();
        foreach (var buffer in _open.Values)
        {
            buffer.Close();
        }

        _session.Dispose();
        _wake.Dispose();
    }

    private Task OnThreadAsync(Action run)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _commands.Enqueue((run, done));
        if (_stop)
        {
            RefuseCommands();
        }
        else
        {
            Wake();
        }

        return done.Task;
    }

    private void Run()
    {
        while (!_stop)
        {
            RunCommands();
            if (_rebuild)
            {
                Rebuild();
            }
            else if (MustPark())
            {
                _wake.WaitOne();
            }
            else
            {
                Burst();
            }
        }

        RefuseCommands();
    }

    private void RunCommands()
    {
        while (_commands.TryDequeue(out var command))
        {
            _dirty = true;
            try
            {
                command.Run();
                command.Done.SetResult();
            }
            catch (Exception error) when (error is KafkaException or InvalidOperationException)
            {
                command.Done.SetException(error);
            }
        }
    }

    private void RefuseCommands()
    {
        while (_commands.TryDequeue(out var command))
        {
            command.Done.SetException(new ObjectDisposedException(nameof(KafkaPoller)));
        }
    }

    /// <summary>True when there is nothing to poll for: no partition is open, or none has room.</summary>
    private bool MustPark()
    {
        if (_open.Count == 0)
        {
            _dirty = false;
            return Volatile.Read(ref _lookups) == 0;
        }

        if (_dirty)
        {
            _dirty = false;
            _room = false;
            foreach (var buffer in _open.Values)
            {
                _room |= !Press(buffer);
            }

            if (_room)
            {
                PauseAndResume();
            }
        }

        return !_room;
    }

    /// <summary>
    /// Notes whether a buffer is too full. A reader that sees the note wakes this thread; one that took records before it
    /// could see it is noticed by looking again afterwards.
    /// </summary>
    private static bool Press(PartitionBuffer buffer)
    {
        if (!buffer.Pressed && buffer.IsFull)
        {
            buffer.Pressed = true;
            Interlocked.MemoryBarrier();
        }

        if (buffer.Pressed && buffer.IsLow)
        {
            buffer.Pressed = false;
        }

        return buffer.Pressed;
    }

    private void PauseAndResume()
    {
        List<TopicPartition>? pause = null;
        List<TopicPartition>? resume = null;
        _anyPaused = false;
        foreach (var buffer in _open.Values)
        {
            _anyPaused |= buffer.Pressed;
            if (buffer.Pressed != buffer.Paused)
            {
                buffer.Paused = buffer.Pressed;
                (buffer.Pressed ? pause ??= [] : resume ??= []).Add(buffer.Name);
            }
        }

        if (pause is not null)
        {
            _session.Consumer.Pause(pause);
        }

        if (resume is not null)
        {
            _session.Consumer.Resume(resume);
        }
    }

    private void Burst()
    {
        var wait = _anyPaused ? KafkaTimes.PausedPollMs : KafkaTimes.PollMs;
        for (var i = 0; i < BurstRecords && !_dirty; i++, wait = 0)
        {
            if (Consume(wait) is not { } result)
            {
                break;
            }

            Deliver(result);
        }

        if (_touched.Count > 0)
        {
            _health.Worked();
        }

        foreach (var buffer in _touched)
        {
            buffer.Touched = false;
            buffer.Publish();
        }

        _touched.Clear();
    }

    private void Deliver(ConsumeResult<ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>?> result)
    {
        // Messages of a partition come in runs.
        if (_last is not { } buffer || buffer.Name.Partition.Value != result.Partition.Value)
        {
            if (!_open.TryGetValue(result.Partition.Value, out buffer))
            {
                return;
            }

            _last = buffer;
        }

        if (!buffer.Touched)
        {
            // What the client knows from its last fetch; asking it for every record would cost too much.
            buffer.Begin(_session.Consumer.GetWatermarkOffsets(buffer.Name).High.Value);
            buffer.Touched = true;
            _touched.Add(buffer);
        }

        buffer.Add(KafkaRecords.From(result));
        if (buffer.IsFull)
        {
            _dirty = true;
        }
    }

    private ConsumeResult<ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>?>? Consume(int waitMs)
    {
        try
        {
            return _session.Consumer.Consume(waitMs);
        }
        catch (ConsumeException error)
        {
            OnConsumeError(error);
        }
        catch (KafkaException error)
        {
            OnError(error.Error);
        }

        return null;
    }
}
