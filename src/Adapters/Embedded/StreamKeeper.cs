using Dispatcher.Contracts.Store;
using Dispatcher.Contracts.Streams;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Embedded;

/// <summary>
/// The upkeep of all streams, at the start and once a minute: finishes what a crash left half done, removes records that
/// are older than their stream's retention, and forgets shards that were closed longer ago than that.
/// </summary>
internal sealed partial class StreamKeeper(
    IStore store, StreamFinisher finisher, TimeProvider time, ILogger<StreamKeeper> logger) : BackgroundService
{
    /// <summary>How often: AWS trims within minutes too.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly DocumentTable<StreamConfig> _streams = new Catalog(store).Streams;

    /// <summary>Looks after all streams once.</summary>
    public async Task RoundAsync(CancellationToken cancellation)
    {
        await foreach (var stream in _streams.AllAsync(cancellation))
        {
            try
            {
                await KeepAsync(stream.Key, cancellation);
            }
            catch (StoreException error)
            {
                LogUpkeepFailed(logger, error, stream.Key);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (StoreException error)
            {
                LogListFailed(logger, error);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async ValueTask KeepAsync(string name, CancellationToken cancellation)
    {
        if (await finisher.FindAsync(name, cancellation) is not { } found)
        {
            return;
        }

        var stream = found.Value;
        var horizonMs = time.GetUtcNow().AddHours(-stream.RetentionHours).ToUnixTimeMilliseconds();
        long trimmed = 0;
        foreach (var shard in stream.Shards)
        {
            trimmed += await store.Logs.TrimAsync(stream.LogOf(shard.Id), horizonMs, cancellation);
        }

        if (trimmed > 0)
        {
            LogTrimmed(logger, name, trimmed);
        }

        await ForgetAsync(found, horizonMs, cancellation);
    }

    /// <summary>The document first: a log without an entry is only wasted space, an entry without a log is an error.</summary>
    private async ValueTask ForgetAsync(Stored<StreamConfig> found, long horizonMs, CancellationToken cancellation)
    {
        var stream = found.Value;
        var gone = stream.Shards.Where(one => one.ClosedMs < horizonMs).ToArray();
        if (gone.Length == 0
            || !await _streams.ReplaceAsync(found, stream with { Shards = [.. stream.Shards.Except(gone)] }, cancellation))
        {
            return;
        }

        foreach (var shard in gone)
        {
            await store.Logs.DeleteAsync(stream.LogOf(shard.Id), cancellation);
        }
    }
}
