using Dispatcher.Contracts.Errors;

namespace Dispatcher.Contracts.Queues;

/// <summary>
/// Port of the embedded queues. Errors of the caller are <see cref="ServiceException"/>s whose TypeName is the SQS error type
/// (<c>QueueDoesNotExist</c>, <c>InvalidAttributeValue</c>, …). What was sent is durable when the call ends.
/// </summary>
public interface IQueues
{
    /// <summary>Creates a queue; one that is there already with the same attributes is returned.</summary>
    /// <exception cref="ServiceException">QueueNameExists, InvalidAttributeName, InvalidAttributeValue, a wrong name.</exception>
    ValueTask<QueueConfig> CreateAsync(
        string name, IReadOnlyDictionary<string, string> attributes, IReadOnlyDictionary<string, string> tags, CancellationToken cancellation);

    /// <summary>The queue, or null.</summary>
    ValueTask<QueueConfig?> FindAsync(string name, CancellationToken cancellation);

    /// <summary>The queue.</summary>
    /// <exception cref="ServiceException">QueueDoesNotExist.</exception>
    ValueTask<QueueConfig> GetAsync(string name, CancellationToken cancellation);

    /// <summary>Queues in the order of their names, above <paramref name="after"/>.</summary>
    ValueTask<IReadOnlyList<QueueConfig>> ListAsync(string prefix, string? after, int maximum, CancellationToken cancellation);

    /// <summary>Deletes a queue with its messages.</summary>
    /// <exception cref="ServiceException">QueueDoesNotExist.</exception>
    ValueTask DeleteAsync(string name, CancellationToken cancellation);

    /// <summary>Changes attributes; an empty Policy, RedrivePolicy, RedriveAllowPolicy or KmsMasterKeyId takes it away.</summary>
    /// <exception cref="ServiceException">QueueDoesNotExist, InvalidAttributeName, InvalidAttributeValue.</exception>
    ValueTask SetAsync(string name, IReadOnlyDictionary<string, string> attributes, CancellationToken cancellation);

    /// <summary>Changes tags. The function may be called again.</summary>
    /// <exception cref="ServiceException">QueueDoesNotExist.</exception>
    ValueTask TagAsync(
        string name, Func<IReadOnlyDictionary<string, string>, IReadOnlyDictionary<string, string>> change, CancellationToken cancellation);

    /// <summary>Removes all messages.</summary>
    /// <exception cref="ServiceException">QueueDoesNotExist, PurgeQueueInProgress within a minute of the last one.</exception>
    ValueTask PurgeAsync(string name, CancellationToken cancellation);

    /// <summary>Stores messages in order; each result says whether its message is stored or what is wrong with it.</summary>
    ValueTask<IReadOnlyList<QueueSendResult>> SendAsync(
        QueueConfig queue, IReadOnlyList<QueueSend> messages, CancellationToken cancellation);

    /// <summary>Receives up to so many messages; waits so long for the first.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="maximum">1 or more.</param>
    /// <param name="hide">For how long they are hidden.</param>
    /// <param name="wait">Longest wait for the first message; zero looks once, <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <param name="cancellation">Stops waiting.</param>
    ValueTask<IReadOnlyList<QueueReceived>> ReceiveAsync(
        QueueConfig queue, int maximum, TimeSpan hide, TimeSpan wait, CancellationToken cancellation);

    /// <summary>Starts to move dead letters; goes on after a restart.</summary>
    /// <param name="sourceArn">The dead-letter queue.</param>
    /// <param name="targetArn">Where they go; null: each to where it came from.</param>
    /// <param name="maximumPerSecond">1..500; null: as fast as it goes.</param>
    /// <param name="cancellation">Stops the call.</param>
    /// <exception cref="ServiceException">ResourceNotFoundException, UnsupportedOperation, a wrong parameter.</exception>
    ValueTask<QueueMove> StartMoveAsync(string sourceArn, string? targetArn, int? maximumPerSecond, CancellationToken cancellation);

    /// <summary>The move tasks of a dead-letter queue, newest first.</summary>
    /// <exception cref="ServiceException">ResourceNotFoundException.</exception>
    ValueTask<IReadOnlyList<QueueMove>> ListMovesAsync(string sourceArn, CancellationToken cancellation);

    /// <summary>Stops a move task; returns it as it was then.</summary>
    /// <exception cref="ServiceException">ResourceNotFoundException where none of that handle runs.</exception>
    ValueTask<QueueMove> CancelMoveAsync(string handle, CancellationToken cancellation);

    /// <summary>The name of a queue here by its ARN; null for anything else.</summary>
    string? NameOf(string arn);

    /// <summary>The ARN of a queue here.</summary>
    string ArnOf(string name);
}
