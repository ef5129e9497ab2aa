namespace Dispatcher.Contracts.Mappings;

/// <summary>
/// Says which mapping holds something that only one may hold: a source for a function, a consumer group of a topic. A
/// claim counts for nothing once its mapping is gone or no longer of that kind; it is then taken over.
/// </summary>
/// <param name="Uuid">The holder.</param>
public sealed record MappingClaim(string Uuid);
