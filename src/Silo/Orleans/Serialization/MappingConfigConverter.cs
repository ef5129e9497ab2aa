using System.Text.Json;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Store;
using Orleans;

namespace Dispatcher.Silo.Orleans.Serialization;

/// <summary>Carries a <see cref="MappingConfig"/> between silos.</summary>
[RegisterConverter]
internal sealed class MappingConfigConverter : IConverter<MappingConfig, JsonSurrogate<MappingConfig>>
{
    /// <inheritdoc/>
    public MappingConfig ConvertFromSurrogate(in JsonSurrogate<MappingConfig> surrogate)
        => JsonSerializer.Deserialize(surrogate.Utf8, ContractsJson.Default.MappingConfig) ?? throw new JsonException("a MappingConfig of null came");

    /// <inheritdoc/>
    public JsonSurrogate<MappingConfig> ConvertToSurrogate(in MappingConfig value)
        => new() { Utf8 = JsonSerializer.SerializeToUtf8Bytes(value, ContractsJson.Default.MappingConfig) };
}
