using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Grains.Sources;

/// <summary>
/// The open sources of this silo: one per mapping, shared by its shards and closed with the last of them. A mapping whose
/// source settings changed gets a new one beside the old.
/// </summary>
internal sealed class SourcePool(IEnumerable<ISourceFactory> factories)
{
    private readonly ISourceFactory[] _factories = [.. factories];
    private readonly Lock _guard = new();
    private readonly Dictionary<SourceKey, Entry> _open = [];

    /// <summary>Borrows the mapping's source; give it back by disposing the loan.</summary>
    /// <exception cref="ServiceException">No adapter reads such a source.</exception>
    public SourceLoan Rent(MappingConfig config)
    {
        var key = SourceKey.Of(config);
        lock (_guard)
        {
            if (!_open.TryGetValue(key, out var entry))
            {
                var factory = Array.Find(_factories, f => f.Handles(config))
                    ?? throw ServiceException.Invalid($"Nothing here reads the source of mapping {config.Uuid}.");
                _open[key] = entry = new Entry(factory.Connect(config));
            }

            entry.Loans++;
            return new SourceLoan(entry.Source, () => ReturnAsync(key, entry));
        }
    }

    private async ValueTask ReturnAsync(SourceKey key, Entry entry)
    {
        lock (_guard)
        {
            if (--entry.Loans > 0)
            {
                return;
            }

            _open.Remove(key);
        }

        await entry.Source.DisposeAsync();
    }

    private sealed class Entry(ISource source)
    {
        public ISource Source => source;

        public int Loans { get; set; }
    }
}
