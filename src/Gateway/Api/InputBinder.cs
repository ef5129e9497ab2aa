using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Api;

/// <summary>Makes one input of a request's path, query, headers and body.</summary>
internal static class InputBinder
{
    /// <summary>The input of a request, not validated yet. The body is left out where the model calls it the payload.</summary>
    public static JsonObject Bind(Shape? shape, RouteMatch route, HttpRequest request, ReadOnlySpan<byte> body)
    {
        if (shape is null)
        {
            return [];
        }

        var input = shape.Payload is null && HasBody(request) ? BodyJson.Read(body) : [];
        foreach (var member in shape.Members)
        {
            if (member.Location != MemberLocation.Body)
            {
                input.Remove(member.Name);
                if (Find(member, route, request) is { } value)
                {
                    input[member.Name] = value;
                }
            }
        }

        return input;
    }

    private static bool HasBody(HttpRequest request)
        => !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsDelete(request.Method);

    private static JsonNode? Find(ShapeMember member, RouteMatch route, HttpRequest request) => member.Location switch
    {
        MemberLocation.Uri => route.Labels.TryGetValue(member.WireName, out var label) ? Scalar(member.Shape, label) : null,
        MemberLocation.Query => Query(member, request),
        _ => request.Headers.TryGetValue(member.WireName, out var header) ? Scalar(member.Shape, header.ToString()) : null,
    };

    private static JsonNode? Query(ShapeMember member, HttpRequest request)
    {
        if (!request.Query.TryGetValue(member.WireName, out var values) || values.Count == 0)
        {
            return null;
        }

        return member.Shape.Kind == ShapeKind.List
            ? new JsonArray([.. values.Select(one => Scalar(member.Shape.Item!, one ?? ""))])
            : Scalar(member.Shape, values[^1] ?? "");
    }

    /// <summary>Numbers and truth values travel as text; what is none stays text, which the type check then refuses.</summary>
    private static JsonNode Scalar(Shape shape, string text)
    {
        if (shape.Kind is ShapeKind.Integer or ShapeKind.Long or ShapeKind.Double or ShapeKind.Boolean)
        {
            try
            {
                return JsonNode.Parse(text) is JsonValue value ? value : JsonValue.Create(text);
            }
            catch (JsonException)
            {
                return JsonValue.Create(text);
            }
        }

        return JsonValue.Create(text);
    }
}
