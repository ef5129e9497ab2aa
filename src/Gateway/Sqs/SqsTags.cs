using System.Text.Json.Nodes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Queues;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Sqs;

/// <summary>Tags of queues.</summary>
internal sealed class SqsTags(IQueues queues) : ISqsOperations
{
    private const int KeyLength = 128;
    private const int ValueLength = 256;

    public IReadOnlyDictionary<string, Func<SqsCall, CancellationToken, ValueTask<JsonObject>>> Operations
        => new Dictionary<string, Func<SqsCall, CancellationToken, ValueTask<JsonObject>>>
        {
            ["TagQueue"] = AddAsync,
            ["UntagQueue"] = RemoveAsync,
            ["ListQueueTags"] = ListAsync,
        };

    /// <summary>Refuses more tags, or longer ones, than a queue may have.</summary>
    public static void Check(Dictionary<string, string> tags)
    {
        if (tags.Count > Limits.Tags)
        {
            throw SqsErrors.OutOfRange(tags.Count, "Tags", $"a queue has at most {Limits.Tags} tags.");
        }

        if (ReservedTags.Find(tags.Keys) is { } reserved)
        {
            throw SqsErrors.OutOfRange(reserved, "Tags", $"keys that begin with '{ReservedTags.Prefix}' are reserved for system use.");
        }

        foreach (var (key, value) in tags)
        {
            if (key.Length is 0 or > KeyLength || value.Length > ValueLength)
            {
                throw SqsErrors.OutOfRange(key, "Tags", $"keys have 1 to {KeyLength} characters, values at most {ValueLength}.");
            }
        }
    }

    private async ValueTask<JsonObject> AddAsync(SqsCall call, CancellationToken cancellation)
    {
        var added = call.Map("Tags");
        await queues.TagAsync(call.Queue, present => Add(present, added), cancellation);
        return [];
    }

    private static Dictionary<string, string> Add(IReadOnlyDictionary<string, string> present, Dictionary<string, string> added)
    {
        var tags = new Dictionary<string, string>(present);
        foreach (var (key, value) in added)
        {
            tags[key] = value;
        }

        Check(tags);
        return tags;
    }

    private async ValueTask<JsonObject> RemoveAsync(SqsCall call, CancellationToken cancellation)
    {
        var keys = call.List("TagKeys");
        await queues.TagAsync(call.Queue, present => present.Where(tag => !keys.Contains(tag.Key)).ToDictionary(), cancellation);
        return [];
    }

    private async ValueTask<JsonObject> ListAsync(SqsCall call, CancellationToken cancellation)
    {
        var queue = await queues.GetAsync(call.Queue, cancellation);
        return queue.Tags.Count == 0
            ? []
            : new JsonObject { ["Tags"] = new JsonObject(queue.Tags.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value))) };
    }
}
