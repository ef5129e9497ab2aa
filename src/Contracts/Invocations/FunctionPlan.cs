using Dispatcher.Contracts.Functions;

namespace Dispatcher.Contracts.Invocations;

/// <summary>What a runtime needs to run one version of a function; made once per change of it.</summary>
/// <param name="Config">The configuration of the version.</param>
/// <param name="Arn">The ARN of the function with the qualifier of the version, without it for <c>$LATEST</c>.</param>
public sealed record FunctionPlan(FunctionConfig Config, string Arn)
{
    /// <summary>Two plans with the same key can share workers; a changed one gets workers of its own.</summary>
    public string Key => $"{Config.Name}:{Config.Version}:{Config.RevisionId}";
}
