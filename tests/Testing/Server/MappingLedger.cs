using System.Globalization;

namespace Dispatcher.Testing.Server;

/// <summary>
/// The invariant of every mapping: each record that was read is in exactly one of the other numbers of <c>/metrics</c>. To be
/// checked at the end of an end-to-end test, when nothing moves any more.
/// </summary>
public static class MappingLedger
{
    private const string Polled = "dispatcher_polled_event_count_total";

    private static readonly string[] s_outcomes =
    [
        "dispatcher_succeeded_event_count_total",
        "dispatcher_filtered_out_event_count_total",
        "dispatcher_on_failure_destination_delivered_event_count_total",
        "dispatcher_dropped_event_count_total",
        "dispatcher_returned_event_count_total",
        "dispatcher_skipped_event_count_total",
        "dispatcher_released_event_count_total",
        "dispatcher_in_flight_event_count",
    ];

    /// <summary>Waits until the ledger of every mapping that read anything is balanced; fails the test where that does not happen.</summary>
    public static async Task BalancedAsync(Uri server)
    {
        using var client = new HttpClient();
        await Eventually.EqualAsync("balanced", async () => Judge(await client.GetStringAsync(new Uri(server, "/metrics"))));
    }

    /// <summary>The values of one of the metrics that have no tag but <c>mapping</c>, by mapping.</summary>
    public static IReadOnlyDictionary<string, long> Values(string metrics, string name)
    {
        var values = new Dictionary<string, long>();
        foreach (var line in metrics.Split('\n'))
        {
            const string tag = "{mapping=\"";
            if (line.StartsWith(name + tag, StringComparison.Ordinal))
            {
                var mapping = line[(name.Length + tag.Length)..];
                values[mapping[..mapping.IndexOf('"')]] = long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
            }
        }

        return values;
    }

    private static string Judge(string metrics)
    {
        var polled = Values(metrics, Polled);
        foreach (var (mapping, count) in polled)
        {
            var known = s_outcomes.Select(name => Values(metrics, name).GetValueOrDefault(mapping)).ToArray();
            if (known.Sum() != count)
            {
                return $"mapping {mapping}: {count} polled, {string.Join(" + ", known)} known";
            }
        }

        return "balanced";
    }
}
