using System.Collections.Concurrent;
using System.Text.Json;

namespace Dispatcher.Gateway.Api;

/// <summary>
/// A service's API model: operations, input types, error types. It is an embedded resource cut down from AWS's own model
/// by <c>Models/trim-model.py</c>; only what is asked for is turned into objects.
/// </summary>
internal sealed class ApiModel
{
    private readonly JsonElement _shapesJson;
    private readonly ConcurrentDictionary<string, Shape> _shapes = new();

    private ApiModel(JsonElement root)
    {
        _shapesJson = root.GetProperty("shapes");
        Operations = root.GetProperty("operations").EnumerateObject().ToDictionary(one => one.Name, ReadOperation);
        Errors = root.GetProperty("errors").EnumerateObject().ToDictionary(
            one => one.Name,
            one => new ErrorModel(one.Value.GetProperty("status").GetInt32(), one.Value.GetProperty("text").GetString()!));
    }

    /// <summary>Operations by name.</summary>
    public IReadOnlyDictionary<string, OperationModel> Operations { get; }

    /// <summary>Error types by name.</summary>
    public IReadOnlyDictionary<string, ErrorModel> Errors { get; }

    /// <summary>Loads the model of a service: <c>lambda</c>, <c>kinesis</c>.</summary>
    public static ApiModel Load(string service)
    {
        using var stream = typeof(ApiModel).Assembly.GetManifestResourceStream($"{service}.json")
            ?? throw new ArgumentException($"there is no API model of '{service}'", nameof(service));
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new ApiModel(JsonDocument.Parse(bytes).RootElement);
    }

    /// <summary>A type by its name.</summary>
    public Shape Shape(string name)
        => _shapes.TryGetValue(name, out var known)
            ? known
            : _shapes.GetOrAdd(name, new Shape(this, name, _shapesJson.GetProperty(name)));

    /// <summary>The input of an operation; null where it takes none.</summary>
    public Shape? Input(OperationModel operation) => operation.InputName is null ? null : Shape(operation.InputName);

    private static OperationModel ReadOperation(JsonProperty json)
    {
        var value = json.Value;
        return new OperationModel(
            json.Name,
            value.GetProperty("method").GetString()!,
            value.GetProperty("uri").GetString()!,
            value.TryGetProperty("code", out var code) ? code.GetInt32() : 200,
            value.TryGetProperty("input", out var input) ? input.GetString() : null);
    }
}
