using System.Diagnostics.Metrics;
using System.Text;

namespace Dispatcher.Silo.Observability.Metrics;

/// <summary>
/// The rule from an instrument to a Prometheus name: snake_case of the name, then the unit, then <c>_total</c> for counters;
/// our own instruments, which have AWS's names, get the prefix <c>dispatcher_</c>. So <c>PolledEventCount</c> becomes
/// <c>dispatcher_polled_event_count_total</c> and <c>IteratorAge</c> <c>dispatcher_iterator_age_milliseconds</c>.
/// </summary>
internal static class MetricName
{
    /// <summary>The name of an instrument.</summary>
    public static string Of(Instrument instrument, MetricKind kind)
    {
        var name = new StringBuilder(instrument.Meter.Name == Contracts.Diagnostics.Instruments.Name ? "dispatcher_" : "");
        AppendSnakeCase(name, instrument.Name);
        if (Unit(instrument.Unit) is { } unit && !name.ToString().EndsWith(unit, StringComparison.Ordinal))
        {
            name.Append('_').Append(unit);
        }

        if (kind is MetricKind.Counter)
        {
            name.Append("_total");
        }

        return name.ToString();
    }

    /// <summary>A label's name: what Prometheus does not allow becomes an underscore.</summary>
    public static string Label(string tag)
    {
        var name = new StringBuilder(tag.Length);
        AppendSnakeCase(name, tag);
        return name.ToString();
    }

    private static void AppendSnakeCase(StringBuilder to, string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (char.IsAsciiLetterUpper(c))
            {
                if (i > 0 && char.IsAsciiLetterLower(name[i - 1]))
                {
                    to.Append('_');
                }

                to.Append(char.ToLowerInvariant(c));
            }
            else
            {
                to.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
            }
        }
    }

    private static string? Unit(string? unit) => unit switch
    {
        "ms" => "milliseconds",
        "s" => "seconds",
        "By" => "bytes",
        _ => null,
    };
}
