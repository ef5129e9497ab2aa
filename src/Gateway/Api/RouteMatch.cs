namespace Dispatcher.Gateway.Api;

/// <summary>The operation that a method and path name.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Labels">Values of the path's labels, URL-decoded.</param>
internal sealed record RouteMatch(OperationModel Operation, IReadOnlyDictionary<string, string> Labels);
