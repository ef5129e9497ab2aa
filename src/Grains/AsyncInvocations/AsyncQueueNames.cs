using System.Collections.Concurrent;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Grains;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>
/// The queues of the functions that get events, so that not every event reads its function from the store. A queue is
/// forgotten when its function changes, and after <see cref="Limits.AsyncQueueKnownMs"/> in case the notice was lost. A
/// gateway of a cluster hears only of its own changes and asks the store each time.
/// </summary>
internal sealed class AsyncQueueNames : IDisposable
{
    private readonly ConcurrentDictionary<string, KnownQueue> _known = new(StringComparer.Ordinal);
    private readonly AsyncSettings _settings;
    private readonly TimeProvider _time;
    private readonly IDisposable _changes;
    private readonly bool _hears;
    private long _changed;

    public AsyncQueueNames(AsyncSettings settings, IChangeNotices notices, DispatcherConfig config, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        _hears = config.Cluster is not { Enabled: true, Role: "gateway" };
        _changes = notices.OnFunctionChanged(Forget);
    }

    /// <summary>The queue of a function.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">There is no such function.</exception>
    public ValueTask<KnownQueue> FindAsync(string function, CancellationToken cancellation)
        => _known.TryGetValue(function, out var known) && _time.GetElapsedTime(known.ReadAt).TotalMilliseconds < Limits.AsyncQueueKnownMs
            ? new(known)
            : ReadAsync(function, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _changes.Dispose();

    private async ValueTask<KnownQueue> ReadAsync(string function, CancellationToken cancellation)
    {
        var (before, read) = (Interlocked.Read(ref _changed), _time.GetTimestamp());
        var found = await _settings.QueueAsync(function, cancellation);
        var queue = new KnownQueue(found, found.Id, read);
        if (!_hears)
        {
            return queue;
        }

        if (_known.Count >= Limits.AsyncQueuesKnown)
        {
            _known.Clear();
        }

        _known[function] = queue;

        // What was read may be older than a change that was told in between: it is used once and not kept.
        if (before != Interlocked.Read(ref _changed))
        {
            _known.TryRemove(function, out _);
        }

        return queue;
    }

    private void Forget(string function)
    {
        Interlocked.Increment(ref _changed);
        _known.TryRemove(function, out _);
    }
}
