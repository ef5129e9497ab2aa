using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Sources;

/// <summary>
/// The open sources of this silo: one per mapping, shared by its shards and closed with the last of them. A mapping whose
/// source settings changed gets a new one beside the old. A client that is cut off may need long to close: nobody waits for that
/// longer than a moment, and all of it ends with the pool.
/// </summary>
internal sealed partial class SourcePool(IEnumerable<ISourceFactory> factories, TimeProvider time, ILogger<SourcePool> logger) : IAsyncDisposable
{
    private static readonly TimeSpan CloseWait = TimeSpan.FromMilliseconds(300);

    private readonly ISourceFactory[] _factories = [.. factories];
    private readonly Lock _guard = new();
    private readonly Dictionary<SourceKey, Entry> _open = [];
    private readonly HashSet<Task> _closing = [];

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
            entry.Source.Configure(config);
            return new SourceLoan(entry.Source, () => ReturnAsync(key, entry));
        }
    }

    /// <summary>Tells the mapping's source, if it is open here, of a change that needs no other connection.</summary>
    public void Tell(MappingConfig config)
    {
        lock (_guard)
        {
            if (_open.TryGetValue(SourceKey.Of(config), out var entry))
            {
                entry.Source.Configure(config);
            }
        }
    }

    /// <summary>Waits for all that is still being closed.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] closing;
        lock (_guard)
        {
            closing = [.. _closing];
        }

        await Task.WhenAll(closing);
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

        var closing = CloseAsync(key, entry.Source);
        lock (_guard)
        {
            _closing.RemoveWhere(task => task.IsCompleted);
            _closing.Add(closing);
        }

        using var enough = new CancellationTokenSource();
        await Task.WhenAny(closing, Task.Delay(CloseWait, time, enough.Token));
        await enough.CancelAsync();
    }

    /// <summary>Closes a source; nobody could do anything about an error.</summary>
    private async Task CloseAsync(SourceKey key, ISource source)
    {
        try
        {
            await source.DisposeAsync();
        }
        catch (Exception e)
        {
            LogNotClosed(logger, key.Uuid, e);
        }
    }

    [LoggerMessage(EventName = "SourceNotClosed", Level = LogLevel.Warning, Message = "the source of mapping {Mapping} could not be closed in order")]
    private static partial void LogNotClosed(ILogger logger, string mapping, Exception error);

    private sealed class Entry(ISource source)
    {
        public ISource Source => source;

        public int Loans { get; set; }
    }
}
