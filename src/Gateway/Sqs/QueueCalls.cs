using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Queues;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Gateway.Sqs;

/// <summary>Queues as a whole: made, listed, described, changed, purged, deleted.</summary>
internal sealed class QueueCalls(IQueues queues, IStore store, DispatcherConfig config) : ISqsOperations
{
    private const string All = "All";

    public IReadOnlyDictionary<string, Func<SqsCall, CancellationToken, ValueTask<JsonObject>>> Operations
        => new Dictionary<string, Func<SqsCall, CancellationToken, ValueTask<JsonObject>>>
        {
            ["CreateQueue"] = CreateAsync,
            ["DeleteQueue"] = DeleteAsync,
            ["GetQueueUrl"] = UrlAsync,
            ["ListQueues"] = ListAsync,
            ["ListDeadLetterSourceQueues"] = SourcesAsync,
            ["GetQueueAttributes"] = GetAsync,
            ["SetQueueAttributes"] = SetAsync,
            ["PurgeQueue"] = PurgeAsync,
        };

    private async ValueTask<JsonObject> CreateAsync(SqsCall call, CancellationToken cancellation)
    {
        var tags = call.Map("tags");
        SqsTags.Check(tags);
        var queue = await queues.CreateAsync(call.Need("QueueName"), call.Map("Attributes"), tags, cancellation);
        return new JsonObject { ["QueueUrl"] = UrlOf(call, queue) };
    }

    private async ValueTask<JsonObject> DeleteAsync(SqsCall call, CancellationToken cancellation)
    {
        await queues.DeleteAsync(call.Queue, cancellation);
        return [];
    }

    private async ValueTask<JsonObject> UrlAsync(SqsCall call, CancellationToken cancellation)
    {
        var queue = await queues.GetAsync(call.Need("QueueName"), cancellation);
        return call.Text("QueueOwnerAWSAccountId") is { Length: > 0 } owner && owner != config.Account
            ? throw SqsErrors.NoQueue()
            : new JsonObject { ["QueueUrl"] = UrlOf(call, queue) };
    }

    private async ValueTask<JsonObject> ListAsync(SqsCall call, CancellationToken cancellation)
    {
        var (limit, after) = (Limit(call), After(call));
        var found = await queues.ListAsync(call.Text("QueueNamePrefix") ?? "", after, limit + 1, cancellation);
        return Page(call, "QueueUrls", found, limit);
    }

    private async ValueTask<JsonObject> SourcesAsync(SqsCall call, CancellationToken cancellation)
    {
        var arn = queues.ArnOf((await queues.GetAsync(call.Queue, cancellation)).Name);
        var (limit, after) = (Limit(call), After(call));
        var found = new List<QueueConfig>();
        while (found.Count <= limit && await queues.ListAsync("", after, Limits.QueuePage, cancellation) is { Count: > 0 } some)
        {
            found.AddRange(some.Where(one => one.Redrive?.TargetArn == arn));
            after = some[^1].Name;
        }

        return Page(call, "queueUrls", found, limit);
    }

    private async ValueTask<JsonObject> GetAsync(SqsCall call, CancellationToken cancellation)
    {
        var queue = await queues.GetAsync(call.Queue, cancellation);
        var wanted = call.List("AttributeNames");
        if (wanted.Count == 0)
        {
            return [];
        }

        var has = QueueDefaults.Merge(queue);
        has["QueueArn"] = queues.ArnOf(queue.Name);
        has["CreatedTimestamp"] = Number(queue.CreatedMs / 1000);
        has["LastModifiedTimestamp"] = Number(queue.ModifiedMs / 1000);
        if (wanted.Any(one => one == All || one.StartsWith("ApproximateNumberOf", StringComparison.Ordinal)))
        {
            var counts = await store.Queues.CountAsync(queue.Id, cancellation);
            has["ApproximateNumberOfMessages"] = Number(counts.Visible);
            has["ApproximateNumberOfMessagesNotVisible"] = Number(counts.InFlight);
            has["ApproximateNumberOfMessagesDelayed"] = Number(counts.Delayed);
        }

        return Choose(has, wanted);
    }

    private async ValueTask<JsonObject> SetAsync(SqsCall call, CancellationToken cancellation)
    {
        await queues.SetAsync(call.Queue, call.Map("Attributes"), cancellation);
        return [];
    }

    private async ValueTask<JsonObject> PurgeAsync(SqsCall call, CancellationToken cancellation)
    {
        await queues.PurgeAsync(call.Queue, cancellation);
        return [];
    }

    private static JsonObject Choose(Dictionary<string, string> has, IReadOnlyList<string> wanted)
    {
        var chosen = new JsonObject();
        foreach (var name in wanted.Contains(All) ? has.Keys.Order(StringComparer.Ordinal) : wanted.Distinct())
        {
            if (!SqsNames.QueueAttributes.Contains(name))
            {
                throw SqsErrors.UnknownAttribute(name);
            }

            if (has.TryGetValue(name, out var value))
            {
                chosen[name] = value;
            }
        }

        return chosen.Count == 0 ? [] : new JsonObject { ["Attributes"] = chosen };
    }

    private static int Limit(SqsCall call) => call.Number(
        "MaxResults", 1, Limits.QueuePage, $"MaxResults must be an integer between 1 and {Limits.QueuePage}.") ?? Limits.QueuePage;

    private static string? After(SqsCall call)
    {
        if (call.Text("NextToken") is not { Length: > 0 } token)
        {
            return null;
        }

        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(token));
        }
        catch (FormatException)
        {
            throw SqsErrors.OutOfRange(token, "NextToken", "Invalid or expired next token.");
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private JsonObject Page(SqsCall call, string member, IReadOnlyList<QueueConfig> found, int limit)
    {
        var page = new JsonObject
        {
            [member] = new JsonArray([.. found.Take(limit).Select(one => JsonValue.Create(UrlOf(call, one)))]),
        };
        if (found.Count > limit)
        {
            page["NextToken"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(found[limit - 1].Name));
        }

        return page;
    }

    private string UrlOf(SqsCall call, QueueConfig queue) => $"{call.BaseUrl}/{config.Account}/{queue.Name}";
}
