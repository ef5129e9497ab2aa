using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Dispatcher.Gateway.Push.Buckets;

/// <summary>
/// One record of a bucket notification, as the event that S3 gives a function. What MinIO writes otherwise than S3 is written as S3
/// does: <c>eventSource</c> (<c>minio:s3</c>), <c>eventName</c> (<c>s3:ObjectCreated:Put</c>), an empty <c>awsRegion</c>. All else is handed
/// on as it came.
/// </summary>
internal static partial class BucketRecord
{
    private const string NamePrefix = "s3:";

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a record.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">It does not say which bucket it is about.</exception>
    public static PushEvent Read(JsonElement record, string region)
    {
        var bucket = Member(Member(Member(record, "s3"), "bucket"), "name") is { ValueKind: JsonValueKind.String } name ? name.GetString()! : "";
        return BucketName().IsMatch(bucket)
            ? new PushEvent(Write(record, region), $"arn:aws:s3:::{bucket}")
            : throw PushErrors.Bad("A record does not name its bucket (s3.bucket.name)");
    }

    private static JsonElement? Member(JsonElement? parent, string name)
        => parent is { ValueKind: JsonValueKind.Object } one && one.TryGetProperty(name, out var member) ? member : null;

    private static ReadOnlyMemory<byte> Write(JsonElement record, string region)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Plain))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("Records");
            writer.WriteStartObject();
            foreach (var member in record.EnumerateObject())
            {
                WriteMember(writer, member, region);
            }

            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return bytes.WrittenMemory;
    }

    private static void WriteMember(Utf8JsonWriter writer, JsonProperty member, string region)
    {
        writer.WritePropertyName(member.Name);
        var text = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : null;
        switch (member.Name, text)
        {
            case ("eventSource", "minio:s3"):
                writer.WriteStringValue("aws:s3");
                break;
            case ("eventName", not null) when text.StartsWith(NamePrefix, StringComparison.Ordinal):
                writer.WriteStringValue(text[NamePrefix.Length..]);
                break;
            case ("awsRegion", ""):
                writer.WriteStringValue(region);
                break;
            default:
                member.Value.WriteTo(writer);
                break;
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9._-]{0,254}$", RegexOptions.None, 1000)]
    private static partial Regex BucketName();
}
