using System.Buffers;

namespace Dispatcher.Adapters.Runtimes;

/// <summary>Values of the headers that tell a function about its invocation.</summary>
internal static class HeaderText
{
    private static readonly SearchValues<char> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(code => (char)code), (char)127]);

    /// <summary>A value that can stand in a header: control characters become spaces.</summary>
    public static string Clean(string value) => !value.AsSpan().ContainsAny(Controls)
        ? value
        : string.Create(value.Length, value, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
            {
                to[i] = char.IsControl(from[i]) ? ' ' : from[i];
            }
        });

    /// <summary>The caller's X-Ray trace header, or a new one that is not sampled.</summary>
    public static string Trace(string? given, Guid request, DateTimeOffset now)
    {
        if (given is not null)
        {
            return Clean(given);
        }

        var id = request.ToString("N");
        return $"Root=1-{now.ToUnixTimeSeconds():x8}-{id[..24]};Parent={id[16..]};Sampled=0";
    }
}
