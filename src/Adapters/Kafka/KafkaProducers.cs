using Confluent.Kafka;
using Dispatcher.Contracts.Destinations;

namespace Dispatcher.Adapters.Kafka;

/// <summary>
/// The producers of this process: one for all mappings with the same brokers and credentials. One that is broken, or whose
/// credentials have changed, is replaced and closed once nobody uses it.
/// </summary>
internal sealed class KafkaProducers : IDisposable
{
    private readonly Lock _guard = new();
    private readonly Dictionary<string, Entry> _open = [];

    /// <summary>Uses the producer of a place; it is made anew where its settings are not these.</summary>
    /// <param name="place">Brokers and names of the credentials.</param>
    /// <param name="settings">Settings of the client.</param>
    /// <param name="use">What to do with it. A fatal error ends the producer.</param>
    public async Task UseAsync(string place, Dictionary<string, string> settings, Func<IProducer<byte[]?, byte[]>, Task> use)
    {
        var entry = Take(place, settings);
        try
        {
            await use(entry.Producer);
        }
        catch (KafkaException e) when (e.Error.IsFatal)
        {
            Replace(place, entry);
            throw;
        }
        finally
        {
            Release(entry);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_guard)
        {
            foreach (var entry in _open.Values)
            {
                entry.Producer.Dispose();
            }

            _open.Clear();
        }
    }

    private Entry Take(string place, Dictionary<string, string> settings)
    {
        var text = string.Join('\n', settings.Select(s => $"{s.Key}={s.Value}"));
        lock (_guard)
        {
            if (_open.TryGetValue(place, out var known) && known.Settings == text)
            {
                known.Uses++;
                return known;
            }

            var made = new Entry(Build(settings), text) { Uses = 1 };
            if (known is not null)
            {
                Retire(known);
            }

            return _open[place] = made;
        }
    }

    private void Replace(string place, Entry entry)
    {
        lock (_guard)
        {
            if (_open.TryGetValue(place, out var known) && ReferenceEquals(known, entry))
            {
                _open.Remove(place);
                Retire(entry);
            }
        }
    }

    private void Release(Entry entry)
    {
        lock (_guard)
        {
            entry.Uses--;
            Retire(entry, entry.Retired);
        }
    }

    private static void Retire(Entry entry, bool retired = true)
    {
        entry.Retired = retired;
        if (entry is { Retired: true, Uses: 0 })
        {
            entry.Producer.Dispose();
        }
    }

    private static IProducer<byte[]?, byte[]> Build(Dictionary<string, string> settings)
    {
        Librdkafka.Require();
        try
        {
            return new ProducerBuilder<byte[]?, byte[]>(settings).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or KafkaException)
        {
            throw new DestinationException(KafkaErrors.FromBuild(e).Message, e);
        }
    }

    private sealed class Entry(IProducer<byte[]?, byte[]> producer, string settings)
    {
        public IProducer<byte[]?, byte[]> Producer => producer;

        public string Settings => settings;

        public int Uses { get; set; }

        public bool Retired { get; set; }
    }
}
