using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Orleans;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Dispatcher.Silo.Orleans.Activations;

/// <summary>
/// A shard in the cluster. A moved shard takes its configuration along and goes on at once; a lost one is started again by
/// its mapping. Placed where the fewest grains are. Its status may be asked while it stops, which can take as long as the
/// function's timeout; all else keeps its turns.
/// </summary>
[GrainType("shard")]
[MayInterleave(nameof(IsQuestion))]
[ActivationCountBasedPlacement]
internal sealed class ShardActivation(ActivationParts parts)
    : Activation<IShardGrain>(parts), IShardActivation, IGrainMigrationParticipant
{
    private const string Config = "config";

    private MappingConfig? _config;

    /// <summary>Whether a call only asks.</summary>
    public static bool IsQuestion(IInvokable call) => call.GetMethodName() == nameof(IShardGrain.StatusAsync);

    /// <inheritdoc/>
    public Task StartAsync(MappingConfig config, CancellationToken cancellation)
    {
        _config = config;
        return Plain.StartAsync(config, cancellation);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellation)
    {
        _config = null;
        return CallAsync(Plain.StopAsync(cancellation));
    }

    /// <inheritdoc/>
    public Task<ShardStatus> StatusAsync(CancellationToken cancellation) => Plain.StatusAsync(cancellation);

    /// <inheritdoc/>
    public void OnDehydrate(IDehydrationContext dehydrationContext)
    {
        if (_config is not null)
        {
            dehydrationContext.TryAddValue(Config, _config);
        }
    }

    /// <inheritdoc/>
    public void OnRehydrate(IRehydrationContext rehydrationContext) => rehydrationContext.TryGetValue(Config, out _config);

    /// <inheritdoc/>
    protected override IShardGrain Make() => Parts.Maker.Shard(ShardKey.Parse(this.GetPrimaryKeyString()));

    /// <inheritdoc/>
    protected override Task BeginAsync(CancellationToken cancellation)
        => _config is { } config ? Plain.StartAsync(config, cancellation) : Task.CompletedTask;

    /// <inheritdoc/>
    protected override Task EndAsync(IShardGrain plain, CancellationToken cancellation)
    {
        if (plain is IDroppable { CanBeDropped: true })
        {
            _config = null;
        }

        return plain.StopAsync(cancellation);
    }
}
