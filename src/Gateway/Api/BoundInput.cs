using System.Text.Json.Nodes;

namespace Dispatcher.Gateway.Api;

/// <summary>An operation and its checked input but for the payload.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Input">Its members from path, query, headers and body.</param>
/// <param name="HasPayload">Whether the body is a payload and not part of the input.</param>
internal sealed record BoundInput(OperationModel Operation, JsonObject Input, bool HasPayload)
{
    /// <summary>What the operation read out of the input and wants to find again with the next call that has the same one.</summary>
    public object? Digest { get; set; }
}
