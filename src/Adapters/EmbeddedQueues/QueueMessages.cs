using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dispatcher.Contracts.Queues;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.EmbeddedQueues;

/// <summary>Messages on their way into the store and out of it.</summary>
internal sealed class QueueMessages(IStore store, TimeProvider time)
{
    /// <summary>Stores what is right of the messages; the results stand in their order.</summary>
    public async ValueTask<IReadOnlyList<QueueSendResult>> SendAsync(
        QueueConfig queue, IReadOnlyList<QueueSend> send, CancellationToken cancellation)
    {
        var results = new QueueSendResult[send.Count];
        var (puts, contents, places) = (new List<QueuePut>(send.Count), new List<QueueContent>(send.Count), new List<int>(send.Count));
        for (var i = 0; i < results.Length; i++)
        {
            if (MessageRules.Check(queue, send[i]) is { } wrong)
            {
                results[i] = new QueueSendResult(null, wrong);
                continue;
            }

            var put = Put(queue, send[i], out var content);
            puts.Add(put);
            contents.Add(content);
            places.Add(i);
        }

        if (puts.Count > 0)
        {
            var stored = await store.Queues.PutAsync(queue.Id, puts, cancellation);
            for (var i = 0; i < places.Count; i++)
            {
                results[places[i]] = new QueueSendResult(Sent(queue, stored[i], contents[i]), null);
            }
        }

        return results;
    }

    /// <summary>Receives what there is now.</summary>
    public async ValueTask<IReadOnlyList<QueueReceived>> ReceiveAsync(
        QueueConfig queue, QueueDeadLetter? dead, int maximum, TimeSpan hide, CancellationToken cancellation)
    {
        var how = new QueueReceive(maximum, (long)hide.TotalMilliseconds, queue.Fifo)
        {
            SentAfterMs = time.GetUtcNow().AddSeconds(-queue.RetentionSeconds).ToUnixTimeMilliseconds(),
            DeadLetter = dead,
        };
        var messages = await store.Queues.ReceiveAsync(queue.Id, how, cancellation);
        return messages.Count == 0 ? [] : [.. messages.Select(one => new QueueReceived(one, Read(one)))];
    }

    private static QueuePut Put(QueueConfig queue, QueueSend message, out QueueContent content)
    {
        var body = Encoding.UTF8.GetBytes(message.Body);
        var deduplication = queue.Fifo
            ? message.Deduplication ?? Convert.ToHexStringLower(SHA256.HashData(body))
            : null;
        content = new QueueContent
        {
            Attributes = message.Attributes,
            TraceHeader = message.TraceHeader,
            Deduplication = deduplication,
            BodyMd5 = MessageDigest.Of(body),
            AttributesMd5 = MessageDigest.Of(message.Attributes),
        };
        return new QueuePut(Guid.NewGuid(), body)
        {
            Attributes = JsonSerializer.SerializeToUtf8Bytes(content, ContractsJson.Default.QueueContent),
            DelayMs = (message.DelaySeconds ?? queue.DelaySeconds) * 1000L,
            Group = message.Group,
            Deduplication = queue.DeduplicatesPerGroup && deduplication is not null ? $"{message.Group}\n{deduplication}" : deduplication,
        };
    }

    private static QueueSent Sent(QueueConfig queue, QueuePutResult stored, QueueContent content) => new(
        stored.Id,
        content.BodyMd5,
        content.AttributesMd5,
        content.TraceHeader is { } trace
            ? MessageDigest.Of(new Dictionary<string, QueueAttribute> { ["AWSTraceHeader"] = new("String", trace, null) })
            : null,
        queue.Fifo ? QueueReceived.SequenceText(stored.Sequence) : null);

    private static QueueContent Read(QueueMessage message)
        => JsonSerializer.Deserialize(message.Attributes.Span, ContractsJson.Default.QueueContent)
            ?? throw new StoreException($"message {message.Id} has no attributes");
}
