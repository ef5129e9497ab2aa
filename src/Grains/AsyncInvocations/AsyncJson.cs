using System.Text.Json.Serialization;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>The stored form of events.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AsyncEvent))]
internal sealed partial class AsyncJson : JsonSerializerContext;
