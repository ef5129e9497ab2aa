namespace Dispatcher.Contracts.Mappings;

/// <summary>ProvisionedPollerConfig.</summary>
/// <param name="Minimum">1..200; null where not given.</param>
/// <param name="Maximum">1..2000; null where not given.</param>
/// <param name="GroupName">PollerGroupName, kept and returned; null where not given.</param>
public sealed record ProvisionedPollers(int? Minimum, int? Maximum, string? GroupName);
