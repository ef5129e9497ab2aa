using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>
/// How much runs at a time: ScalingConfig (every source) or ProvisionedPollerConfig (every source
/// but streams; for RabbitMQ, where AWS has none, MinimumPollers is the number of consumers).
/// </summary>
internal static class ScalingRules
{
    private const string Pollers = "ProvisionedPollerConfig";

    /// <summary>Puts what the request gives into the mapping; an empty structure takes the present value away.</summary>
    public static MappingConfig Apply(MappingInput input, MappingConfig config, MappingContext context)
    {
        var changed = config;
        if (input.Has("ScalingConfig"))
        {
            changed = changed with { MaximumConcurrency = input.Structure("ScalingConfig").Number("MaximumConcurrency") };
        }

        if (input.Has(Pollers))
        {
            changed = changed with { ProvisionedPollers = Read(input.Structure(Pollers), context.Kind) };
        }

        return changed is { MaximumConcurrency: not null, ProvisionedPollers: not null }
            ? throw ServiceException.Invalid(
                "ScalingConfig.MaximumConcurrency and ProvisionedPollerConfig cannot be used together: remove one of them.")
            : changed;
    }

    private static ProvisionedPollers? Read(MappingInput given, SourceKind kind)
    {
        var (minimum, maximum) = (given.Number("MinimumPollers"), given.Number("MaximumPollers"));
        var group = given.Text("PollerGroupName") is { Length: > 0 } name ? name : null;
        if (minimum is null && maximum is null && group is null)
        {
            return null;
        }

        var queue = kind == SourceKind.Queue;
        if (kind == SourceKind.Stream)
        {
            throw MappingErrors.Unsupported(Pollers);
        }

        if (kind != SourceKind.Kafka && group is not null)
        {
            throw MappingErrors.Unsupported("PollerGroupName");
        }

        var least = queue ? 2 : 1;
        var pollers = new ProvisionedPollers(minimum ?? least, maximum ?? Math.Max(Limits.DefaultPollers, minimum ?? least), group);
        CheckRange(pollers, least);
        return pollers;
    }

    private static void CheckRange(ProvisionedPollers pollers, int least)
    {
        if (pollers.Minimum < least || pollers.Maximum < least)
        {
            throw ServiceException.Invalid($"MinimumPollers and MaximumPollers must be at least {least} for this event source.");
        }

        if (pollers.Maximum > Limits.Pollers)
        {
            throw ServiceException.Invalid($"MaximumPollers must not be greater than {Limits.Pollers}.");
        }

        if (pollers.Minimum > pollers.Maximum)
        {
            throw ServiceException.Invalid("MinimumPollers must not be greater than MaximumPollers.");
        }
    }
}
