using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>Metrics, logging and the key of the filters: what is kept and returned and decides nothing about records.</summary>
internal static class InsightRules
{
    /// <summary>Puts what the request gives into the mapping; empty values take the present ones away.</summary>
    public static MappingConfig Apply(MappingInput input, MappingConfig config, MappingContext context)
    {
        var changed = config;
        if (input.Has("MetricsConfig"))
        {
            changed = changed with { Metrics = Metrics(input.Structure("MetricsConfig").Texts("Metrics") ?? [], context.Kind) };
        }

        if (input.Has("LoggingConfig"))
        {
            changed = changed with { SystemLogLevel = LogLevel(input.Structure("LoggingConfig"), context.Kind) };
        }

        return input.Text("KMSKeyArn") is { } key ? changed with { KmsKeyArn = key.Length == 0 ? null : key } : changed;
    }

    private static IReadOnlyList<string>? Metrics(IReadOnlyList<string> given, SourceKind kind)
    {
        if (given.Count == 0)
        {
            return null;
        }

        if (kind == SourceKind.RabbitMq)
        {
            throw MappingErrors.Unsupported("MetricsConfig");
        }

        return kind != SourceKind.Kafka && given.FirstOrDefault(one => one != "EventCount") is { } other
            ? throw ServiceException.Invalid($"The metric {other} is only valid for Kafka event sources.")
            : given;
    }

    private static string? LogLevel(MappingInput given, SourceKind kind)
    {
        var level = given.Text("SystemLogLevel");
        return level is not null && kind != SourceKind.Kafka ? throw MappingErrors.Unsupported("LoggingConfig") : level;
    }
}
