using System.Collections.Concurrent;
using Confluent.Kafka;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.Kafka;

/// <summary>
/// One thread that polls one consumer and moves what comes into the buffers of the open partitions. Everything that
/// changes the assignment happens on it, so no record of an old assignment can reach a new buffer. When every buffer is
/// full it stops polling; when only some are it pauses those.
/// </summary>
internal sealed partial class KafkaPoller : IDisposable
{
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
    private volatile bool _answered;
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
            _answered = true;
            Wake();
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
            if (buffer.Paused)
            {
                // It may be assigned again, here or to another poller.
                _session.Consumer.Resume([buffer.Name]);
                buffer.Paused = false;
            }

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
            TellAnswered();
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
}
