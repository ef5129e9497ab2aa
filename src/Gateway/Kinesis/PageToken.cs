using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>Where a paged list goes on, as an opaque text that needs no state here.</summary>
/// <param name="CreatedMs">Milliseconds since 1970 at which it was given out.</param>
/// <param name="Stream">The stream whose shards are listed; empty for a list of streams.</param>
/// <param name="Last">The last name that was listed.</param>
/// <param name="Filter">The shard filter of the first call; null without.</param>
internal sealed record PageToken(long CreatedMs, string Stream, string Last, JsonObject? Filter)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">It is something else.</exception>
    public static PageToken Parse(string text)
    {
        try
        {
            var token = JsonNode.Parse(Convert.FromBase64String(text))!.AsObject();
            return new PageToken(
                token["at"]!.GetValue<long>(), token["of"]!.GetValue<string>(), token["last"]!.GetValue<string>(),
                token["filter"]?.DeepClone().AsObject());
        }
        catch (Exception error) when (error is FormatException or JsonException or InvalidOperationException or NullReferenceException)
        {
            throw KinesisErrors.BadToken();
        }
    }

    /// <summary>The opaque text.</summary>
    public override string ToString()
    {
        var token = new JsonObject { ["at"] = CreatedMs, ["of"] = Stream, ["last"] = Last, ["filter"] = Filter?.DeepClone() };
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(token.ToJsonString()));
    }
}
