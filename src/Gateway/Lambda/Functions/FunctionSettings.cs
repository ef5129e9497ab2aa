using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Contracts.Functions;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>
/// Takes the settings of CreateFunction and UpdateFunctionConfiguration into a function. Members that the request does not
/// have keep their value.
/// </summary>
internal static class FunctionSettings
{
    /// <summary>Members that are kept and shown, and change nothing here.</summary>
    private static readonly string[] Kept =
    [
        "VpcConfig", "KMSKeyArn", "TracingConfig", "Layers", "FileSystemConfigs", "ImageConfig", "EphemeralStorage",
        "SnapStart", "LoggingConfig", "TenancyConfig", "CapacityProviderConfig", "DurableConfig",
    ];

    /// <summary>The function with the request's settings.</summary>
    public static FunctionConfig Apply(ApiRequest request, FunctionConfig config) => config with
    {
        Role = request.Text("Role") ?? config.Role,
        Runtime = request.Text("Runtime") ?? config.Runtime,
        Handler = request.Text("Handler") ?? config.Handler,
        Description = request.Text("Description") ?? config.Description,
        Timeout = request.Number("Timeout") ?? config.Timeout,
        MemorySize = request.Number("MemorySize") ?? config.MemorySize,
        Environment = request.Part("Environment") is { } environment
            ? Map(environment["Variables"])
            : config.Environment,
        DeadLetterTarget = request.Part("DeadLetterConfig") is { } letters
            ? Filled(letters["TargetArn"]?.GetValue<string>())
            : config.DeadLetterTarget,
        Architectures = Architectures(request) ?? config.Architectures,
        Kept = Keep(request, config),
    };

    /// <summary>The instruction sets of a request; null where it names none.</summary>
    public static IReadOnlyList<string>? Architectures(ApiRequest request)
        => request.Part("Architectures") is JsonArray list ? [.. list.Select(one => one!.GetValue<string>())] : null;

    /// <summary>A map of texts; empty where there is none.</summary>
    public static IReadOnlyDictionary<string, string> Map(JsonNode? map)
        => map is JsonObject pairs
            ? pairs.ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>())
            : [];

    private static string? Filled(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static Dictionary<string, JsonElement> Keep(ApiRequest request, FunctionConfig config)
    {
        var kept = new Dictionary<string, JsonElement>(config.Kept);
        foreach (var name in Kept)
        {
            if (request.Element(name) is { } value)
            {
                kept[name] = value;
            }
        }

        return kept;
    }
}
