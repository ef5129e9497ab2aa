using System.Text.Json.Serialization;
using Dispatcher.Contracts.Grains;

namespace Dispatcher.Silo.Orleans.Serialization;

/// <summary>The form in which statuses cross between silos. Members may be added with a default; none may change meaning.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MappingStatus))]
[JsonSerializable(typeof(ShardStatus))]
internal sealed partial class ClusterJson : JsonSerializerContext;
