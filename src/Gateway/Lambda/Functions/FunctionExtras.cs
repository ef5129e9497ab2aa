using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Contracts.Functions;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>The members of a function that are only kept, in the shape of the answer, with AWS's defaults.</summary>
internal static class FunctionExtras
{
    private static readonly string[] AsTheyAre =
        ["KMSKeyArn", "FileSystemConfigs", "TenancyConfig", "CapacityProviderConfig", "DurableConfig"];

    /// <summary>Adds them to a view.</summary>
    public static void Add(JsonObject view, FunctionConfig config)
    {
        foreach (var name in AsTheyAre)
        {
            if (Find(config, name) is { } value)
            {
                view[name] = value;
            }
        }

        view["TracingConfig"] = Over(new JsonObject { ["Mode"] = "PassThrough" }, Find(config, "TracingConfig"));
        view["EphemeralStorage"] = Over(new JsonObject { ["Size"] = 512 }, Find(config, "EphemeralStorage"));
        view["SnapStart"] = Over(
            new JsonObject { ["ApplyOn"] = "None", ["OptimizationStatus"] = "Off" }, Find(config, "SnapStart"));
        view["LoggingConfig"] = Logging(config);
        AddNetwork(view, config);
        AddPackage(view, config);
    }

    private static JsonObject Logging(FunctionConfig config)
    {
        var given = Find(config, "LoggingConfig");
        var log = new JsonObject { ["LogFormat"] = "Text" };
        if (given?["LogFormat"]?.GetValue<string>() == "JSON")
        {
            log["ApplicationLogLevel"] = "INFO";
            log["SystemLogLevel"] = "INFO";
        }

        log["LogGroup"] = $"/aws/lambda/{config.Name}";
        return Over(log, given);
    }

    private static void AddNetwork(JsonObject view, FunctionConfig config)
    {
        if (Find(config, "VpcConfig") is { } network)
        {
            var shown = new JsonObject { ["SubnetIds"] = new JsonArray(), ["SecurityGroupIds"] = new JsonArray(), ["VpcId"] = "" };
            view["VpcConfig"] = Over(shown, network);
        }
    }

    private static void AddPackage(JsonObject view, FunctionConfig config)
    {
        if (Find(config, "Layers") is JsonArray { Count: > 0 } layers)
        {
            view["Layers"] = new JsonArray(
                [.. layers.Select(one => (JsonNode)new JsonObject { ["Arn"] = one!.GetValue<string>(), ["CodeSize"] = 0 })]);
        }

        if (Find(config, "ImageConfig") is { } image)
        {
            view["ImageConfigResponse"] = new JsonObject { ["ImageConfig"] = image };
        }
    }

    private static JsonNode? Find(FunctionConfig config, string name)
        => config.Kept.TryGetValue(name, out var kept) ? JsonNode.Parse(kept.GetRawText()) : null;

    private static JsonObject Over(JsonObject defaults, JsonNode? given)
    {
        if (given is JsonObject members)
        {
            foreach (var (name, value) in members)
            {
                defaults[name] = value?.DeepClone();
            }
        }

        return defaults;
    }
}
