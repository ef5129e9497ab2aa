using Confluent.Kafka;

namespace Dispatcher.Adapters.Kafka;

/// <content>What the thread does between commands: it polls, fills buffers, pauses and resumes partitions.</content>
internal sealed partial class KafkaPoller
{
    private const int BurstRecords = 1_000;

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
