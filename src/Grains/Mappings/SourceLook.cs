using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Grains.Mappings;

/// <summary>
/// One look of a mapping at its source, which may take as long as a broker does not answer. It is given up when the owner changes
/// the mapping meanwhile: what he wants now must not wait for it. Thread-safe.
/// </summary>
internal sealed class SourceLook : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _given;
    private bool _ended;

    /// <summary>Begins.</summary>
    /// <param name="config">The mapping as it was read.</param>
    /// <param name="stop">Ends the look too.</param>
    public SourceLook(MappingConfig config, CancellationToken stop)
    {
        Config = config;
        _given = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Cancellation = _given.Token;
    }

    /// <summary>The mapping as it was read.</summary>
    public MappingConfig Config { get; }

    /// <summary>For calls of the source only: what a shard does must not be broken off.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>True once it was given up.</summary>
    public bool GivenUp { get; private set; }

    /// <summary>Gives it up, if it has not ended.</summary>
    public async Task GiveUpAsync()
    {
        Task cancelled;
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            GivenUp = true;
            cancelled = _given.CancelAsync();
        }

        await cancelled;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            _given.Dispose();
        }
    }
}
