using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;
using Dispatcher.Gateway.Lambda.Tags;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>
/// Turns create and update requests into mappings: pure, one rule set after the other. Members that a request does not
/// have keep their default (create) or their present value (update).
/// </summary>
internal sealed class MappingRequest(TimeProvider time, int maximumParallelizationFactor, IFilterValidator? filters)
{
    /// <summary>A new mapping, complete with the defaults of its source.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">The request breaks a rule.</exception>
    public MappingConfig Create(MappingInput input, string uuid, string functionArn)
    {
        var config = SourceRules.Read(input, new MappingConfig { Uuid = uuid, FunctionArn = functionArn });
        var context = Context(config);
        config = SourceRules.Check(input, config, context.Kind);
        config = BatchRules.Defaults(config, context.Kind);
        config = StartRules.Apply(input, config, context);
        config = AccessRules.Create(input, config, context);
        var tags = input.Map("Tags") ?? config.Tags;
        TagLimit.Check(tags);
        return Common(input, config, context) with
        {
            Enabled = input.Flag("Enabled") ?? true,
            Tags = tags,
            LastModifiedMs = context.NowMs,
            State = MappingState.Creating,
            StateReason = MappingMoves.Reason(context.Kind),
            LastProcessingResult = context.Kind == SourceKind.Queue ? null : "No records processed",
        };
    }

    /// <summary>The mapping after a change, in the state that the change begins with.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">The request breaks a rule, or the mapping is being changed.</exception>
    public MappingConfig Update(MappingInput input, MappingConfig present, string functionArn)
    {
        if (!MappingMoves.CanUpdate(present, switchesOff: input.Flag("Enabled") == false))
        {
            throw MappingErrors.UpdateInUse();
        }

        var context = Context(present);
        SourceRules.CheckUnchanged(input, present, context.Kind);
        var config = AccessRules.Update(input, present with { FunctionArn = functionArn }, context);
        var enabled = input.Flag("Enabled") ?? present.Enabled;
        return Common(input, config, context) with
        {
            Enabled = enabled,
            LastModifiedMs = context.NowMs,
            State = MappingMoves.Begin(present.Enabled, enabled),
            StateReason = MappingMoves.Reason(context.Kind),
        };
    }

    private static MappingConfig Common(MappingInput input, MappingConfig config, MappingContext context)
    {
        config = BatchRules.Apply(input, config, context);
        config = FailureRules.Apply(input, config, context);
        config = FilterRules.Apply(input, config, context);
        config = ScalingRules.Apply(input, config, context);
        return InsightRules.Apply(input, config, context);
    }

    private MappingContext Context(MappingConfig config) => new(
        MappingSource.KindOf(config), time.GetUtcNow().ToUnixTimeMilliseconds(), maximumParallelizationFactor, filters);
}
