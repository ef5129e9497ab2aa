using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>Stores messages in one queue: the write that comes most often, in one object.</summary>
internal sealed class PutJob(
    SqliteQueueStore queues, string queue, IReadOnlyList<QueuePut> messages, CancellationToken cancellation)
    : ResultJob<IReadOnlyList<QueuePutResult>>(SizeOf(messages), cancellation)
{
    public override bool IsOneStatement => messages is [{ Deduplication: null }];

    public override void Complete()
    {
        queues.Changed(queue);
        base.Complete();
    }

    protected override IReadOnlyList<QueuePutResult> Work(Connection connection) => queues.Put(connection, queue, messages);

    private static int SizeOf(IReadOnlyList<QueuePut> messages)
    {
        var bytes = 0;
        for (var i = 0; i < messages.Count; i++)
        {
            bytes += messages[i].Body.Length + messages[i].Attributes.Length;
        }

        return bytes;
    }
}
