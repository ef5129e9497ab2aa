using System.Collections.Concurrent;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.RemoteWorkers;

/// <summary>
/// Whose token is it? Made from all functions in the store; a token that is not known has it read again, at most once per
/// <see cref="Limits.TokenReadMs"/> however many ask.
/// </summary>
internal sealed class TokenIndex : IDisposable
{
    private readonly ConcurrentDictionary<string, string> _versions = new();
    private readonly WorkerTokens _tokens;
    private readonly Catalog _catalog;
    private readonly TimeProvider _clock;
    private readonly IDisposable _changes;
    private readonly SemaphoreSlim _reading = new(1);
    private long? _read;

    public TokenIndex(WorkerTokens tokens, Catalog catalog, IChangeNotices notices, TimeProvider clock)
    {
        (_tokens, _catalog, _clock) = (tokens, catalog, clock);
        _changes = notices.OnFunctionChanged(Forget);
    }

    /// <summary>The version (<c>function:version</c>) that a token is of; null where it is of none.</summary>
    public async ValueTask<string?> FindAsync(string token, CancellationToken cancellation)
    {
        if (_versions.TryGetValue(token, out var version))
        {
            return version;
        }

        var asked = _clock.GetTimestamp();
        await _reading.WaitAsync(cancellation);
        try
        {
            if (_read is not { } read || read < asked)
            {
                await WaitAsync(cancellation);
                _read = _clock.GetTimestamp();
                await ReadAsync(cancellation);
            }
        }
        finally
        {
            _reading.Release();
        }

        return _versions.GetValueOrDefault(token);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _changes.Dispose();
        _reading.Dispose();
    }

    private async ValueTask WaitAsync(CancellationToken cancellation)
    {
        var left = _read is { } read
            ? TimeSpan.FromMilliseconds(Limits.TokenReadMs) - _clock.GetElapsedTime(read)
            : TimeSpan.Zero;
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, _clock, cancellation);
        }
    }

    private async ValueTask ReadAsync(CancellationToken cancellation)
    {
        await foreach (var function in _catalog.Functions.AllAsync(cancellation))
        {
            Add(function.Value);
        }
    }

    private void Add(FunctionConfig function)
    {
        if (!RemoteFunctions.Has(function))
        {
            return;
        }

        foreach (var token in _tokens.Accepted(function))
        {
            _versions[token] = RemoteFunctions.Key(function);
        }
    }

    private void Forget(string name)
    {
        foreach (var (token, version) in _versions)
        {
            if (version.AsSpan(0, version.LastIndexOf(':')).SequenceEqual(name))
            {
                _versions.TryRemove(token, out _);
            }
        }
    }
}
