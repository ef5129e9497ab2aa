using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Cluster.Tests.Cluster;

/// <summary>What the functions of all silos got: every record with the silo that ran the function, in the order of arrival.</summary>
internal sealed class Deliveries
{
    private readonly ConcurrentQueue<(string Silo, string Key, int Number)> _all = new();
    private readonly ConcurrentDictionary<(string Key, int Number), int> _times = new();

    /// <summary>How long an invocation takes.</summary>
    public TimeSpan Work { get; set; }

    /// <summary>Different records that have arrived.</summary>
    public int Distinct => _times.Count;

    /// <summary>Arrivals beyond the first of each record.</summary>
    public int Repeated => _all.Count - _times.Count;

    /// <summary>The function as one silo runs it.</summary>
    public IFunctionHandler On(string silo) => new Handler(this, silo);

    /// <summary>Arrivals by silo.</summary>
    public Dictionary<string, int> BySilo() => _all.GroupBy(d => d.Silo, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);

    /// <summary>Keys whose records did not arrive for the first time in the order in which they were put.</summary>
    public IEnumerable<string> OutOfOrder()
    {
        var highest = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (_, key, number) in _all.DistinctBy(d => (d.Key, d.Number)))
        {
            if (number != highest.GetValueOrDefault(key, -1) + 1)
            {
                yield return $"{key}: {number} after {highest.GetValueOrDefault(key, -1)}";
            }

            highest[key] = number;
        }
    }

    private sealed class Handler(Deliveries owner, string silo) : IFunctionHandler
    {
        public async ValueTask<ReadOnlyMemory<byte>> HandleAsync(InvocationRequest request, CancellationToken cancellation)
        {
            using var json = JsonDocument.Parse(request.Payload);
            foreach (var record in json.RootElement.GetProperty("Records").EnumerateArray())
            {
                var kinesis = record.GetProperty("kinesis");
                var number = int.Parse(Encoding.UTF8.GetString(kinesis.GetProperty("data").GetBytesFromBase64()), CultureInfo.InvariantCulture);
                var key = kinesis.GetProperty("partitionKey").GetString()!;
                owner._all.Enqueue((silo, key, number));
                owner._times.AddOrUpdate((key, number), 1, (_, times) => times + 1);
            }

            if (owner.Work > TimeSpan.Zero)
            {
                // The function's work, not a wait of the test.
                await Task.Delay(owner.Work, TimeProvider.System, cancellation);
            }

            return "null"u8.ToArray();
        }
    }
}
