using System.Collections.Concurrent;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Sources;
using Dispatcher.Grains.Sources;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Mappings;

/// <summary>The shards of a mapping: which there are, which of them may run, which are told of a change.</summary>
internal sealed partial class MappingShards(MappingId id, MappingParts parts)
{
    private readonly Dictionary<string, long> _ended = [];
    private readonly ConcurrentDictionary<string, byte> _running = new();
    private volatile bool _loaded;

    /// <summary>A shard was read to its end; its checkpoint says so.</summary>
    public void NoteEnded() => _loaded = false;

    /// <summary>
    /// Finds the shards, gives those of the first time their starting positions, starts those whose parents have ended and tells
    /// all of a changed configuration.
    /// </summary>
    public async ValueTask RunAsync(SourceLook look, MappingDocument document, CancellationToken cancellation)
    {
        var config = look.Config;
        await using var loan = parts.Sources.Rent(config);
        var shards = await loan.Source.ListShardsAsync(look.Cancellation);
        await LoadEndedAsync(cancellation);
        if (!config.Seeded)
        {
            await SeedAsync(loan.Source, shards, look, cancellation);
            await document.MarkSeededAsync(cancellation);
        }

        foreach (var gone in _running.Keys.Except(shards.Select(s => s.Id)).ToList())
        {
            await StopAsync(gone, cancellation);
        }

        var listed = shards.Select(s => s.Id).ToHashSet();
        var ended = shards.Where(s => _ended.TryGetValue(s.Id, out var next) && next >= s.First).Select(s => s.Id).ToHashSet();
        var runnable = shards.Where(s => !ended.Contains(s.Id) && s.Parents.All(p => ended.Contains(p) || !listed.Contains(p))).ToList();
        foreach (var shard in runnable)
        {
            await StartAsync(shard.Id, config, cancellation);
        }
    }

    /// <summary>Stops all shards and waits until their batches have ended.</summary>
    public async ValueTask StopAllAsync(MappingConfig? config, CancellationToken cancellation)
    {
        var shards = _running.Keys.ToHashSet();
        if (config is null or { State: MappingState.Disabling or MappingState.Deleting })
        {
            // An earlier activation of this mapping, on another silo, may have left shards running.
            shards.UnionWith((await parts.Store.Checkpoints.ListAsync(id, cancellation)).Keys);
        }

        await Task.WhenAll(shards.Select(s => StopAsync(s, cancellation)));
    }

    /// <summary>What the shards do now.</summary>
    public async ValueTask<IReadOnlyList<ShardStatus>> StatusAsync(CancellationToken cancellation)
        => await Task.WhenAll(_running.Keys.Order(StringComparer.Ordinal).Select(s => parts.Grains.Shard(new ShardKey(id, s)).StatusAsync(cancellation)));

    private async ValueTask StartAsync(string shard, MappingConfig config, CancellationToken cancellation)
    {
        // Told at every pass: a shard that was given up meanwhile (another owner, a lost silo) then starts again.
        await parts.Grains.Shard(new ShardKey(id, shard)).StartAsync(config, cancellation);
        if (_running.TryAdd(shard, 0))
        {
            LogShardStarted(parts.Logger, id.ToString(), shard);
        }
    }

    private async Task StopAsync(string shard, CancellationToken cancellation)
    {
        await parts.Grains.Shard(new ShardKey(id, shard)).StopAsync(cancellation);
        _running.TryRemove(shard, out _);
        LogShardStopped(parts.Logger, id.ToString(), shard);
    }

    private async ValueTask LoadEndedAsync(CancellationToken cancellation)
    {
        if (_loaded)
        {
            return;
        }

        // First, so that a shard which ends meanwhile is looked for again.
        _loaded = true;
        try
        {
            foreach (var (shard, checkpoint) in await parts.Store.Checkpoints.ListAsync(id, cancellation))
            {
                if (checkpoint.Ended)
                {
                    _ended[shard] = checkpoint.Next;
                }
            }
        }
        catch
        {
            _loaded = false;
            throw;
        }
    }

    /// <summary>
    /// Fixes the starting positions once, before the mapping counts as enabled, so that LATEST means the moment of creation
    /// whatever happens afterwards.
    /// </summary>
    private async ValueTask SeedAsync(ISource source, IReadOnlyList<ShardInfo> shards, SourceLook look, CancellationToken cancellation)
    {
        if ((await source.TraitsAsync(look.Cancellation)).BrokerKeepsPosition)
        {
            return;
        }

        var at = Start(look.Config);
        var first = new Dictionary<string, Checkpoint>(shards.Count);
        foreach (var shard in shards)
        {
            first[shard.Id] = new Checkpoint(await source.ResolveAsync(shard.Id, at, look.Cancellation));
        }

        await parts.Store.Checkpoints.SeedAsync(id, first, cancellation);
    }

    private static StartAt Start(MappingConfig config) => config.StartingPosition switch
    {
        "LATEST" => new StartAt.Latest(),
        "AT_TIMESTAMP" => new StartAt.AtTimestamp(DateTimeOffset.FromUnixTimeMilliseconds(config.StartingPositionTimestampMs ?? 0)),
        _ => new StartAt.TrimHorizon(),
    };

    [LoggerMessage(EventName = "ShardStarted", Level = LogLevel.Information, Message = "mapping {Mapping} works on shard {Shard}")]
    private static partial void LogShardStarted(ILogger logger, string mapping, string shard);

    [LoggerMessage(EventName = "ShardStopped", Level = LogLevel.Information, Message = "mapping {Mapping} stopped shard {Shard}")]
    private static partial void LogShardStopped(ILogger logger, string mapping, string shard);
}
