using System.Text.Json.Serialization;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Queues;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Contracts.Store;

/// <summary>
/// The stored form of documents and checkpoints. Members may be added with a default; none may change meaning. Their members
/// are <c>set</c>, not <c>init</c>: the serializer writes the type's default, not the member's, into an init member that an
/// older document lacks.
/// </summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FunctionConfig))]
[JsonSerializable(typeof(EventInvokeConfig))]
[JsonSerializable(typeof(AliasConfig))]
[JsonSerializable(typeof(AccountConcurrency))]
[JsonSerializable(typeof(Grains.PermitLedger))]
[JsonSerializable(typeof(ProvisionedConfig))]
[JsonSerializable(typeof(PolicyConfig))]
[JsonSerializable(typeof(MappingConfig))]
[JsonSerializable(typeof(MappingClaim))]
[JsonSerializable(typeof(StreamConfig))]
[JsonSerializable(typeof(QueueConfig))]
[JsonSerializable(typeof(QueueMove))]
[JsonSerializable(typeof(QueueContent))]
[JsonSerializable(typeof(Checkpoint))]
public sealed partial class ContractsJson : JsonSerializerContext;
