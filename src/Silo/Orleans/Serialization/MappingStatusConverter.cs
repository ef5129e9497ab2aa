using System.Text.Json;
using Dispatcher.Contracts.Grains;
using Orleans;

namespace Dispatcher.Silo.Orleans.Serialization;

/// <summary>Carries a <see cref="MappingStatus"/> between silos.</summary>
[RegisterConverter]
internal sealed class MappingStatusConverter : IConverter<MappingStatus, JsonSurrogate<MappingStatus>>
{
    /// <inheritdoc/>
    public MappingStatus ConvertFromSurrogate(in JsonSurrogate<MappingStatus> surrogate)
        => JsonSerializer.Deserialize(surrogate.Utf8, ClusterJson.Default.MappingStatus) ?? throw new JsonException("a MappingStatus of null came");

    /// <inheritdoc/>
    public JsonSurrogate<MappingStatus> ConvertToSurrogate(in MappingStatus value)
        => new() { Utf8 = JsonSerializer.SerializeToUtf8Bytes(value, ClusterJson.Default.MappingStatus) };
}
