using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Queues;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.EmbeddedQueues;

/// <summary>The embedded queues over a store.</summary>
internal sealed class QueueService(
    IStore store, QueueMessages messages, QueueMover mover, DispatcherConfig config, TimeProvider time) : IQueues
{
    private readonly DocumentTable<QueueConfig> _queues = new Catalog(store).Queues;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask<QueueConfig> CreateAsync(
        string name, IReadOnlyDictionary<string, string> attributes, IReadOnlyDictionary<string, string> tags, CancellationToken cancellation)
    {
        var fifo = attributes.GetValueOrDefault("FifoQueue") == "true";
        QueueRules.CheckName(name, fifo);
        QueueRules.Check(attributes, fifo, creating: true);
        var queue = new QueueConfig
        {
            Name = name,
            Id = Guid.NewGuid().ToString("N"),
            Attributes = QueueRules.Merge(new Dictionary<string, string>(), attributes),
            Tags = tags,
            CreatedMs = NowMs,
            ModifiedMs = NowMs,
        };
        await CheckRedriveAsync(queue, cancellation);
        while (!await _queues.CreateAsync(name, queue, cancellation))
        {
            if (await FindAsync(name, cancellation) is { } present)
            {
                return Same(present, attributes);
            }
        }

        return queue;
    }

    public async ValueTask<QueueConfig?> FindAsync(string name, CancellationToken cancellation)
        => (await _queues.FindAsync(name, cancellation))?.Value;

    public async ValueTask<QueueConfig> GetAsync(string name, CancellationToken cancellation)
        => await FindAsync(name, cancellation) ?? throw QueueErrors.NoQueue();

    public async ValueTask<IReadOnlyList<QueueConfig>> ListAsync(
        string prefix, string? after, int maximum, CancellationToken cancellation)
        => [.. (await _queues.ListAsync(prefix, after, maximum, cancellation)).Select(one => one.Value)];

    public async ValueTask DeleteAsync(string name, CancellationToken cancellation)
    {
        // The messages first: they could not be found again without the document. Those that come meanwhile go after it.
        var queue = await GetAsync(name, cancellation);
        await store.Queues.DeleteQueueAsync(queue.Id, cancellation);
        await _queues.DeleteAsync(name, cancellation);
        await store.Queues.DeleteQueueAsync(queue.Id, cancellation);
    }

    public async ValueTask SetAsync(string name, IReadOnlyDictionary<string, string> attributes, CancellationToken cancellation)
    {
        var present = await GetAsync(name, cancellation);
        QueueRules.Check(attributes, present.Fifo, creating: false);
        await CheckRedriveAsync(present with { Attributes = attributes }, cancellation);
        await ChangeAsync(
            name, one => one with { Attributes = QueueRules.Merge(one.Attributes, attributes), ModifiedMs = NowMs }, cancellation);
    }

    public async ValueTask TagAsync(
        string name, Func<IReadOnlyDictionary<string, string>, IReadOnlyDictionary<string, string>> change, CancellationToken cancellation)
        => await ChangeAsync(name, one => one with { Tags = change(one.Tags) }, cancellation);

    public async ValueTask PurgeAsync(string name, CancellationToken cancellation)
    {
        var nowMs = NowMs;
        var queue = await ChangeAsync(
            name, one => nowMs - one.PurgedMs < Limits.QueuePurgeMs ? throw QueueErrors.PurgeInProgress(name) : one with { PurgedMs = nowMs }, cancellation);
        await store.Queues.TrimAsync(queue.Id, nowMs + 1, cancellation);
    }

    public ValueTask<IReadOnlyList<QueueSendResult>> SendAsync(
        QueueConfig queue, IReadOnlyList<QueueSend> send, CancellationToken cancellation)
        => messages.SendAsync(queue, send, cancellation);

    public async ValueTask<IReadOnlyList<QueueReceived>> ReceiveAsync(
        QueueConfig queue, int maximum, TimeSpan hide, TimeSpan wait, CancellationToken cancellation)
    {
        using var limit = wait > TimeSpan.Zero ? new CancellationTokenSource(wait, time) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        while (true)
        {
            var received = await messages.ReceiveAsync(queue, await DeadLetterAsync(queue, cancellation), maximum, hide, cancellation);
            if (received.Count > 0 || wait == TimeSpan.Zero)
            {
                return received;
            }

            try
            {
                await store.Queues.WaitAsync(queue.Id, queue.Fifo, either.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return [];
            }

            queue = await GetAsync(queue.Name, cancellation);
        }
    }

    public async ValueTask<QueueMove> StartMoveAsync(
        string sourceArn, string? targetArn, int? maximumPerSecond, CancellationToken cancellation)
    {
        var source = await ResourceAsync(sourceArn, cancellation);
        if (targetArn is not null)
        {
            await ResourceAsync(targetArn, cancellation);
        }

        if (maximumPerSecond is < 1 or > 500)
        {
            throw QueueErrors.Invalid(maximumPerSecond, "MaxNumberOfMessagesPerSecond", "must be between 1 and 500.");
        }

        if (!await IsDeadLetterQueueAsync(sourceArn, cancellation))
        {
            throw QueueErrors.Invalid("Source queue must be configured as a Dead Letter Queue.");
        }

        return await mover.StartAsync(source.Id, sourceArn, targetArn, maximumPerSecond, cancellation);
    }

    public async ValueTask<IReadOnlyList<QueueMove>> ListMovesAsync(string sourceArn, CancellationToken cancellation)
    {
        await ResourceAsync(sourceArn, cancellation);
        return await mover.ListAsync(sourceArn, cancellation);
    }

    public ValueTask<QueueMove> CancelMoveAsync(string handle, CancellationToken cancellation) => mover.CancelAsync(handle, cancellation);

    public string? NameOf(string arn) => QueueNames.NameOf(config, arn);

    public string ArnOf(string name) => QueueNames.ArnOf(config, name);

    private static QueueConfig Same(QueueConfig present, IReadOnlyDictionary<string, string> attributes)
    {
        var has = QueueDefaults.Merge(present);
        foreach (var (name, value) in attributes)
        {
            if (has.GetValueOrDefault(name, "") != value)
            {
                throw QueueErrors.Exists(name);
            }
        }

        return present;
    }

    private async ValueTask<QueueDeadLetter?> DeadLetterAsync(QueueConfig queue, CancellationToken cancellation)
        => queue.Redrive is { } redrive && NameOf(redrive.TargetArn) is { } name && await FindAsync(name, cancellation) is { } dead
            ? new QueueDeadLetter(dead.Id, redrive.MaximumReceives, ArnOf(queue.Name))
            : null;

    private async ValueTask CheckRedriveAsync(QueueConfig queue, CancellationToken cancellation)
    {
        if (queue.Redrive is not { } redrive)
        {
            return;
        }

        var text = queue.Attributes["RedrivePolicy"];
        var name = NameOf(redrive.TargetArn);
        var dead = name is null ? null : await FindAsync(name, cancellation);
        if (dead is null || name == queue.Name)
        {
            throw QueueErrors.Invalid(text, "RedrivePolicy", "Dead letter target does not exist.");
        }

        if (dead.Fifo != queue.Fifo)
        {
            throw QueueErrors.Invalid(text, "RedrivePolicy", "Dead-letter queue must be same type of queue as the source.");
        }

        if (!QueueRules.Allows(dead, ArnOf(queue.Name)))
        {
            throw QueueErrors.Invalid(text, "RedrivePolicy", "Queue is not allowed as a source queue for this dead-letter queue.");
        }
    }

    private async ValueTask<bool> IsDeadLetterQueueAsync(string arn, CancellationToken cancellation)
    {
        await foreach (var queue in _queues.AllAsync(cancellation))
        {
            if (queue.Value.Redrive?.TargetArn == arn)
            {
                return true;
            }
        }

        return false;
    }

    private async ValueTask<QueueConfig> ResourceAsync(string arn, CancellationToken cancellation)
        => (NameOf(arn) is { } name ? await FindAsync(name, cancellation) : null)
            ?? throw (Arn.TryParse(arn, out var parsed) && parsed.Service == "sqs"
                ? QueueErrors.NoResource("The resource that you specified for the SourceArn parameter doesn't exist.")
                : QueueErrors.Invalid($"{arn} is not the ARN of a queue."));

    private async ValueTask<QueueConfig> ChangeAsync(string name, Func<QueueConfig, QueueConfig> change, CancellationToken cancellation)
        => await _queues.UpdateAsync(name, change, cancellation) ?? throw QueueErrors.NoQueue();
}
