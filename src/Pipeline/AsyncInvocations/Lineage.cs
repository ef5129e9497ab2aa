using System.Globalization;

namespace Dispatcher.Pipeline.AsyncInvocations;

/// <summary>
/// The hops of a chain of asynchronous invocations, in the part <c>Lineage=1:ID:COUNT</c> of the trace header. A function whose
/// client passes its trace header on, and a destination function, continue the chain; anybody else begins one.
/// </summary>
internal static class Lineage
{
    private const string Part = "Lineage=";

    /// <summary>Hops so far; 0 where the header does not say it.</summary>
    public static int Hops(string? header)
    {
        if (header is null)
        {
            return 0;
        }

        foreach (var part in header.Split(';'))
        {
            if (part.Trim() is var text && text.StartsWith(Part, StringComparison.Ordinal)
                && int.TryParse(text[(text.LastIndexOf(':') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var hops))
            {
                return hops;
            }
        }

        return 0;
    }

    /// <summary>The header with one hop more; one is made where there is none.</summary>
    /// <param name="header">The header; null without.</param>
    /// <param name="request">The id of the event, from which a missing root is made.</param>
    /// <param name="nowMs">Milliseconds since 1970.</param>
    public static string Next(string? header, Guid request, long nowMs)
    {
        var id = request.ToString("N");
        var kept = (header ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(part => !part.StartsWith(Part, StringComparison.Ordinal)).ToList();
        if (!kept.Exists(part => part.StartsWith("Root=", StringComparison.Ordinal)))
        {
            kept.Insert(0, string.Create(CultureInfo.InvariantCulture, $"Root=1-{nowMs / 1000:x8}-{id[..24]}"));
        }

        return string.Create(CultureInfo.InvariantCulture, $"{string.Join(';', kept)};{Part}1:{id[24..]}:{Hops(header) + 1}");
    }
}
