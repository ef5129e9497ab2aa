using Dispatcher.Contracts.Streams;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>Tags of streams, under their old and their new names.</summary>
internal sealed class TagCalls(IStreams streams) : IKinesisOperations
{
    private const int DefaultPage = 50;

    public IReadOnlyDictionary<string, Func<KinesisCall, CancellationToken, ValueTask>> Operations
        => new Dictionary<string, Func<KinesisCall, CancellationToken, ValueTask>>
        {
            ["AddTagsToStream"] = (call, cancellation) => AddAsync(call.Stream, call, cancellation),
            ["RemoveTagsFromStream"] = (call, cancellation) => RemoveAsync(call.Stream, call, cancellation),
            ["ListTagsForStream"] = ListAsync,
            ["TagResource"] = (call, cancellation) => AddAsync(Resource(call), call, cancellation),
            ["UntagResource"] = (call, cancellation) => RemoveAsync(Resource(call), call, cancellation),
            ["ListTagsForResource"] = ListAllAsync,
        };

    private static string Resource(KinesisCall call) => call.Names.FromArn(call.Need("ResourceARN"));

    private async ValueTask AddAsync(string name, KinesisCall call, CancellationToken cancellation)
    {
        var added = call.Map("Tags");
        await streams.ChangeAsync(name, stream => stream with { Tags = Add(stream, added) }, cancellation);
    }

    private static Dictionary<string, string> Add(StreamConfig stream, Dictionary<string, string> added)
    {
        var tags = new Dictionary<string, string>(stream.Tags);
        foreach (var (key, value) in added)
        {
            tags[key] = value;
        }

        TagRules.Check(stream.Name, tags);
        return tags;
    }

    private async ValueTask RemoveAsync(string name, KinesisCall call, CancellationToken cancellation)
    {
        var keys = call.List("TagKeys");
        await streams.ChangeAsync(
            name,
            stream => stream with { Tags = stream.Tags.Where(tag => !keys.Contains(tag.Key)).ToDictionary() },
            cancellation);
    }

    private async ValueTask ListAsync(KinesisCall call, CancellationToken cancellation)
    {
        var stream = await streams.GetAsync(call.Stream, cancellation);
        var limit = call.Number("Limit") ?? DefaultPage;
        var after = call.Text("ExclusiveStartTagKey");
        var tags = Sorted(stream).Where(tag => string.CompareOrdinal(tag.Key, after) > 0).ToArray();
        call.Output.List("Tags", tags.Take(limit), Write);
        call.Output.Flag("HasMoreTags", tags.Length > limit);
    }

    private async ValueTask ListAllAsync(KinesisCall call, CancellationToken cancellation)
    {
        var stream = await streams.GetAsync(Resource(call), cancellation);
        call.Output.List("Tags", Sorted(stream), Write);
    }

    private static IEnumerable<KeyValuePair<string, string>> Sorted(StreamConfig stream)
        => stream.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal);

    private static void Write(IWireWriter output, KeyValuePair<string, string> tag)
    {
        output.StartObject();
        output.Text("Key", tag.Key);
        output.Text("Value", tag.Value);
        output.EndObject();
    }
}
