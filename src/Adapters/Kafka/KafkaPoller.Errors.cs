using Confluent.Kafka;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.Kafka;

/// <content>What happens when the client fails.</content>
internal sealed partial class KafkaPoller
{
    /// <summary>Called by the client inside of Consume, so on the poll thread.</summary>
    private void OnError(Error error)
    {
        _health.Failed(error);
        _rebuild |= error.IsFatal;
        if (_lastError is not { } known || !KafkaErrors.SaysMore(known, error))
        {
            // A refused password also takes the connection down: the reason must not be hidden by its consequence.
            _lastError = error;
        }

        if (KafkaErrors.ConcernsAll(error))
        {
            FailAll(KafkaErrors.From(error, _topic, _lastError));
        }
    }

    private void OnConsumeError(ConsumeException error)
    {
        if (error.Error.IsFatal)
        {
            OnError(error.Error);
            return;
        }

        _health.Failed(error.Error);
        var fault = KafkaErrors.From(error.Error, _topic);
        if (error.ConsumerRecord is { } record && _open.TryGetValue(record.Partition.Value, out var buffer))
        {
            buffer.Fail(fault);
        }
        else
        {
            FailAll(fault);
        }
    }

    private void FailAll(SourceException fault)
    {
        _answered = false;
        foreach (var buffer in _open.Values)
        {
            buffer.Lose(fault);
        }
    }

    private void TellAnswered()
    {
        if (_answered)
        {
            _answered = false;
            foreach (var buffer in _open.Values)
            {
                buffer.Answered();
            }
        }
    }

    /// <summary>A client that failed for good is of no more use: makes a new one that goes on where the old one was.</summary>
    private void Rebuild()
    {
        _health.Rebuilding();
        try
        {
            _session.Dispose();
            _session = _connect(OnError);
            var assignment = new List<TopicPartitionOffset>(_open.Count);
            foreach (var buffer in _open.Values)
            {
                buffer.Paused = false;
                assignment.Add(new TopicPartitionOffset(buffer.Name, new Offset(buffer.Next)));
            }

            _session.Consumer.IncrementalAssign(assignment);
            (_rebuild, _dirty) = (false, true);
        }
        catch (Exception error) when (KafkaErrors.IsFailure(error))
        {
            FailAll(KafkaErrors.From(error, _topic, _lastError));
            _wake.WaitOne(KafkaTimes.Retry);
        }
    }
}
