using System.Text.Json;
using Dispatcher.Contracts.Grains;
using Orleans;

namespace Dispatcher.Silo.Orleans.Serialization;

/// <summary>Carries a <see cref="ShardStatus"/> between silos.</summary>
[RegisterConverter]
internal sealed class ShardStatusConverter : IConverter<ShardStatus, JsonSurrogate<ShardStatus>>
{
    /// <inheritdoc/>
    public ShardStatus ConvertFromSurrogate(in JsonSurrogate<ShardStatus> surrogate)
        => JsonSerializer.Deserialize(surrogate.Utf8, ClusterJson.Default.ShardStatus) ?? throw new JsonException("a ShardStatus of null came");

    /// <inheritdoc/>
    public JsonSurrogate<ShardStatus> ConvertToSurrogate(in ShardStatus value)
        => new() { Utf8 = JsonSerializer.SerializeToUtf8Bytes(value, ClusterJson.Default.ShardStatus) };
}
