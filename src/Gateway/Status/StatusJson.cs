using System.Text.Json.Serialization;
using Dispatcher.Contracts.Grains;

namespace Dispatcher.Gateway.Status;

/// <summary>The form of the answers: members in camel case; those without a value are left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StatusList))]
[JsonSerializable(typeof(MappingStatus))]
[JsonSerializable(typeof(LagAnswer))]
internal sealed partial class StatusJson : JsonSerializerContext;
