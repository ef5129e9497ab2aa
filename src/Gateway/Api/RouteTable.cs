namespace Dispatcher.Gateway.Api;

/// <summary>Finds the operation of a request among the URI templates of a model.</summary>
internal sealed class RouteTable
{
    private readonly Dictionary<string, Route[]> _routes;

    public RouteTable(ApiModel model)
        => _routes = model.Operations.Values
            .Select(operation => new Route(operation))
            .GroupBy(route => route.First)
            .ToDictionary(group => group.Key, group => group.OrderByDescending(route => route.HasQuery).ToArray());

    /// <summary>The operation of a method and a request target as it came over the wire; null where there is none.</summary>
    public RouteMatch? Find(string method, string target)
    {
        var (path, query) = Route.Split(PathOf(target), '?');
        path = path.EndsWith('/') ? path[..^1] : path;
        var parts = path.TrimStart('/').Split('/');
        return _routes.TryGetValue(parts[0], out var routes)
            ? Find(routes, method, parts, query ?? "", slashes: false) ?? Find(routes, method, parts, query ?? "", slashes: true)
            : null;
    }

    private static RouteMatch? Find(Route[] routes, string method, string[] path, string query, bool slashes)
    {
        foreach (var route in routes)
        {
            if (route.Match(method, path, query, slashes) is { } labels)
            {
                return new RouteMatch(route.Operation, labels);
            }
        }

        return null;
    }

    /// <summary>Path and query of a request target, which may be a whole URL.</summary>
    public static string PathOf(string target)
        => target.StartsWith('/') || !Uri.TryCreate(target, UriKind.Absolute, out var uri) ? target : uri.PathAndQuery;
}
