using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>A function as the API shows it (FunctionConfiguration).</summary>
internal sealed class FunctionView(DispatcherConfig server)
{
    /// <summary>All members, under the ARN with the qualifier by which the caller named it.</summary>
    public JsonObject Whole(FunctionConfig config, FunctionRef named)
    {
        var view = Whole(config);
        view["FunctionArn"] = named.ToArn(server.Region, server.Account);
        return view;
    }

    /// <summary>All members, for answers about one function.</summary>
    public JsonObject Whole(FunctionConfig config)
    {
        var view = Listed(config);
        view["State"] = config.State;
        AddText(view, "StateReason", config.StateReason);
        view["LastUpdateStatus"] = "Successful";
        if (config.Runtime is { } runtime)
        {
            view["RuntimeVersionConfig"] = new JsonObject { ["RuntimeVersionArn"] = RuntimeArn(runtime) };
        }

        return view;
    }

    /// <summary>The members that lists show: all but the states.</summary>
    public JsonObject Listed(FunctionConfig config)
    {
        var view = new JsonObject
        {
            ["FunctionName"] = config.Name,
            ["FunctionArn"] = Arn(config),
            ["Role"] = config.Role,
            ["CodeSize"] = config.CodeSize,
            ["Description"] = config.Description,
            ["Timeout"] = config.Timeout,
            ["MemorySize"] = config.MemorySize,
            ["LastModified"] = Time(config.LastModifiedMs),
            ["CodeSha256"] = config.CodeSha256,
            ["Version"] = config.Version,
            ["RevisionId"] = config.RevisionId,
            ["PackageType"] = config.PackageType,
            ["Architectures"] = new JsonArray([.. config.Architectures.Select(one => (JsonNode)one)]),
        };
        AddText(view, "Runtime", config.Runtime);
        AddText(view, "Handler", config.Handler);
        AddEnvironment(view, config);
        FunctionExtras.Add(view, config);
        return view;
    }

    /// <summary>The ARN; <c>$LATEST</c> has none of its own.</summary>
    public string Arn(FunctionConfig config)
        => new FunctionRef(config.Name, config.Version == FunctionRef.Latest ? null : config.Version)
            .ToArn(server.Region, server.Account);

    private static void AddEnvironment(JsonObject view, FunctionConfig config)
    {
        if (config.Environment is { } environment)
        {
            view["Environment"] = new JsonObject { ["Variables"] = Map(environment) };
        }

        if (config.DeadLetterTarget is { } target)
        {
            view["DeadLetterConfig"] = new JsonObject { ["TargetArn"] = target };
        }
    }

    /// <summary>A map of texts.</summary>
    public static JsonObject Map(IReadOnlyDictionary<string, string> map)
        => new(map.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));

    private static void AddText(JsonObject view, string name, string? text)
    {
        if (text is not null)
        {
            view[name] = text;
        }
    }

    private static string Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
        .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", CultureInfo.InvariantCulture);

    /// <summary>Stands for the version of the runtime; the same runtime always has the same one.</summary>
    private string RuntimeArn(string runtime)
        => $"arn:aws:lambda:{server.Region}::runtime:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(runtime)))}";
}
