using System.Globalization;

namespace Dispatcher.Silo.Observability.Metrics;

/// <summary>The Prometheus text exposition format, version 0.0.4.</summary>
internal static class PrometheusText
{
    /// <summary>The media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes a family; nothing where it has no series. Observed series that this scrape did not see are gone.</summary>
    public static void Write(TextWriter to, MetricFamily family, long scrape)
    {
        var head = false;
        foreach (var series in family.Series)
        {
            var numbers = series.Read();
            if (family.Observed && numbers.Scrape != scrape)
            {
                continue;
            }

            if (!head)
            {
                to.Write($"# HELP {family.Name} {family.Help.Replace("\\", "\\\\").Replace("\n", "\\n")}\n");
                to.Write($"# TYPE {family.Name} {Type(family.Kind)}\n");
                head = true;
            }

            if (family.Kind is MetricKind.Histogram)
            {
                WriteHistogram(to, family, series.Labels, numbers);
            }
            else
            {
                WriteLine(to, family.Name, series.Labels, numbers.Value);
            }
        }
    }

    private static void WriteHistogram(TextWriter to, MetricFamily family, string labels, MetricSnapshot numbers)
    {
        var below = 0L;
        var separator = labels.Length == 0 ? "" : ",";
        for (var i = 0; i <= family.Bounds.Length; i++)
        {
            below += numbers.Buckets[i];
            var bound = i < family.Bounds.Length ? Number(family.Bounds[i]) : "+Inf";
            WriteLine(to, family.Name + "_bucket", $"{labels}{separator}le=\"{bound}\"", below);
        }

        WriteLine(to, family.Name + "_sum", labels, numbers.Value);
        WriteLine(to, family.Name + "_count", labels, numbers.Count);
    }

    private static void WriteLine(TextWriter to, string name, string labels, double value)
        => to.Write(labels.Length == 0 ? $"{name} {Number(value)}\n" : $"{name}{{{labels}}} {Number(value)}\n");

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    private static string Type(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };
}
