using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Gateway.Security;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Api;

/// <summary>A call of an operation: its input bound from path, query, headers and body.</summary>
/// <param name="Bound">The operation and its input.</param>
/// <param name="RequestId">The id that the answer and the log show.</param>
internal sealed record ApiRequest(BoundInput Bound, Guid RequestId)
{
    /// <summary>The operation.</summary>
    public OperationModel Operation => Bound.Operation;

    /// <summary>All members of the input but the raw payload, under their names in the model; validated.</summary>
    public JsonObject Input => Bound.Input;

    /// <summary>The raw body of operations whose input has a payload member; lives until the answer is given.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The request's headers.</summary>
    public IHeaderDictionary Headers { get; init; } = new HeaderDictionary();

    /// <summary>The answer, for operations that write it by themselves; they return <see cref="ApiResponse.Written"/>.</summary>
    public required HttpResponse Response { get; init; }

    /// <summary>Who calls.</summary>
    public required Caller Caller { get; init; }

    /// <summary>How the caller reached this server: <c>http://host:port</c>.</summary>
    public string BaseUrl => $"{Response.HttpContext.Request.Scheme}://{Response.HttpContext.Request.Host}";

    /// <summary>A text member; null where it was not given.</summary>
    public string? Text(string member) => Input[member]?.GetValue<string>();

    /// <summary>A number member; null where it was not given.</summary>
    public int? Number(string member) => Input[member]?.GetValue<int>();

    /// <summary>A truth member; null where it was not given.</summary>
    public bool? Flag(string member) => Input[member]?.GetValue<bool>();

    /// <summary>A nested structure, list or map as it came; null where it was not given.</summary>
    public JsonNode? Part(string member) => Input[member];

    /// <summary>A nested structure, list or map as an element that can be kept; null where it was not given.</summary>
    public JsonElement? Element(string member)
        => Input[member] is { } node ? JsonSerializer.SerializeToElement(node, ApiJson.Default.JsonNode) : null;
}
