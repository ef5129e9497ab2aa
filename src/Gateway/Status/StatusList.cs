using Dispatcher.Contracts.Grains;

namespace Dispatcher.Gateway.Status;

/// <summary>A page of mappings.</summary>
/// <param name="Mappings">What each of them does.</param>
/// <param name="Next">To be given as <c>after</c> for the next page; null after the last.</param>
internal sealed record StatusList(IReadOnlyList<MappingStatus> Mappings, string? Next);
