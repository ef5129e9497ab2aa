namespace Dispatcher.Gateway.Api;

/// <summary>One URI template, split at its slashes.</summary>
internal sealed class Route
{
    private readonly string[] _parts;
    private readonly string? _query;
    private readonly int _labels;

    public Route(OperationModel operation)
    {
        Operation = operation;
        var (path, query) = Split(operation.Uri, '?');
        _parts = path.Trim('/').Split('/');
        _query = query;
        _labels = _parts.Count(IsLabel);
    }

    /// <summary>The operation at this route.</summary>
    public OperationModel Operation { get; }

    /// <summary>The first part, an API date, by which routes are found.</summary>
    public string First => _parts[0];

    /// <summary>Routes with a fixed query go before those without.</summary>
    public bool HasQuery => _query is not null;

    /// <summary>
    /// The labels' values where this is the route of the path. With <paramref name="slashes"/> the only label of a
    /// template may hold slashes, if it is an ARN (one that a client did not encode).
    /// </summary>
    public Dictionary<string, string>? Match(string method, string[] path, string query, bool slashes)
    {
        var spare = path.Length - _parts.Length;
        if (method != Operation.Method || spare < 0 || slashes != spare > 0 || (slashes && _labels != 1) || !QueryFits(query))
        {
            return null;
        }

        var labels = new Dictionary<string, string>(_labels);
        var at = 0;
        foreach (var part in _parts)
        {
            if (!IsLabel(part))
            {
                if (path[at++] != part)
                {
                    return null;
                }

                continue;
            }

            var taken = 1 + spare;
            labels[part[1..^1]] = Uri.UnescapeDataString(string.Join('/', path, at, taken));
            at += taken;
        }

        return !slashes || labels.Values.First().StartsWith("arn:", StringComparison.Ordinal) ? labels : null;
    }

    /// <summary>Splits text at the first mark; the second half is null where there is none.</summary>
    public static (string Before, string? After) Split(string text, char mark)
    {
        var at = text.IndexOf(mark);
        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }

    private static bool IsLabel(string part) => part is ['{', .., '}'];

    private bool QueryFits(string query) => _query is null || Array.IndexOf(query.Split('&'), _query) >= 0;
}
