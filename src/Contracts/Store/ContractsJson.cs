using System.Text.Json.Serialization;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Contracts.Store;

/// <summary>The stored form of documents and checkpoints. Members may be added with a default; none may change meaning.</summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FunctionConfig))]
[JsonSerializable(typeof(MappingConfig))]
[JsonSerializable(typeof(MappingClaim))]
[JsonSerializable(typeof(StreamConfig))]
[JsonSerializable(typeof(Checkpoint))]
public sealed partial class ContractsJson : JsonSerializerContext;
