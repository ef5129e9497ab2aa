using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Dispatcher.Gateway.Api;

/// <summary>JSON types that the gateway writes without reflection.</summary>
[JsonSerializable(typeof(JsonNode))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class ApiJson : JsonSerializerContext;
