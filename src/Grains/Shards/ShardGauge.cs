using Dispatcher.Contracts.Sources;

namespace Dispatcher.Grains.Shards;

/// <summary>One shard in the metrics: written by its loop, read by whoever asks for metrics.</summary>
internal sealed class ShardGauge
{
    private const long Unknown = -1;

    private long _inFlight;
    private long _lag = Unknown;
    private IShardReader? _reader;

    /// <summary>Records whose outcome is not known.</summary>
    public long InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Records between the checkpoint and the end; null where the end is not known.</summary>
    public long? Lag => Volatile.Read(ref _lag) is var lag && lag != Unknown ? lag : null;

    /// <summary>The poller that reads it; null where the mapping does not say how many there are.</summary>
    public string? Poller => _reader?.Poller;

    /// <summary>Shows other values.</summary>
    public void Show(long inFlight, long? lag, IShardReader reader)
    {
        _reader = reader;
        Volatile.Write(ref _inFlight, inFlight);
        Volatile.Write(ref _lag, lag ?? Unknown);
    }
}
