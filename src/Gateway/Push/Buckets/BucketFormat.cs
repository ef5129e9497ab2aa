using System.Text.Json;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Push.Buckets;

/// <summary>
/// Bucket notifications: S3's <c>{"Records":[…]}</c> and MinIO's, which has <c>EventName</c> and <c>Key</c> beside it. Each record is
/// an event of its own, as S3 delivers them. What has no records but is an object (S3's test event, MinIO's <c>{}</c>, an empty
/// body) only tries whether somebody is there.
/// </summary>
internal sealed class BucketFormat(DispatcherConfig config) : IPushFormat
{
    /// <inheritdoc/>
    public string Kind => "S3";

    /// <inheritdoc/>
    public string Principal => "s3.amazonaws.com";

    /// <inheritdoc/>
    public IReadOnlyList<PushEvent> Read(IHeaderDictionary headers, ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return [];
        }

        var type = MediaType.Of(headers);
        if (type.Name != "application/json")
        {
            throw PushErrors.WrongType(type.Whole, "bucket notifications are application/json");
        }

        using var json = BodyJson.Document(body);
        return Read(json.RootElement);
    }

    private IReadOnlyList<PushEvent> Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw PushErrors.Bad("A bucket notification is a JSON object");
        }

        if (!root.TryGetProperty("Records", out var records))
        {
            return !root.EnumerateObject().Any() || IsTest(root) ? [] : throw PushErrors.Bad("The notification has no Records");
        }

        if (records.ValueKind != JsonValueKind.Array)
        {
            throw PushErrors.Bad("Records is not an array");
        }

        return records.GetArrayLength() > Contracts.Limits.PushEvents
            ? throw PushErrors.TooMany(records.GetArrayLength())
            : [.. records.EnumerateArray().Select(record => BucketRecord.Read(record, config.Region))];
    }

    private static bool IsTest(JsonElement root)
        => root.TryGetProperty("Event", out var name) && name.ValueKind == JsonValueKind.String && name.ValueEquals("s3:TestEvent");
}
