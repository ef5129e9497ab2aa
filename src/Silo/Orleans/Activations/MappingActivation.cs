using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Names;
using Orleans;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Activations;

/// <summary>
/// A mapping in the cluster. A reminder brings it back after any loss; a moved mapping goes on at once.
/// Reentrant, because its calls only wake its own task, read, or compare and set a document: none depends on another, and the
/// one that asks all shards may wait for a silo that is just being lost.
/// </summary>
[GrainType("mapping")]
[Reentrant]
[ActivationCountBasedPlacement]
internal sealed class MappingActivation(ActivationParts parts)
    : Activation<IMappingGrain>(parts), IMappingActivation, IRemindable, IGrainMigrationParticipant
{
    private const string Reminder = "wake";

    private bool _awake;
    private bool _reminded;

    /// <inheritdoc/>
    public Task ReconcileAsync(CancellationToken cancellation)
    {
        _awake = true;
        return CallAsync(Plain.ReconcileAsync(cancellation));
    }

    /// <inheritdoc/>
    public Task ShardEndedAsync(string shard, CancellationToken cancellation)
    {
        _awake = true;
        return CallAsync(Plain.ShardEndedAsync(shard, cancellation));
    }

    /// <inheritdoc/>
    public Task ReportAsync(string lastProcessingResult, CancellationToken cancellation) => Plain.ReportAsync(lastProcessingResult, cancellation);

    /// <inheritdoc/>
    public Task<MappingStatus> StatusAsync(CancellationToken cancellation) => Plain.StatusAsync(cancellation);

    /// <inheritdoc/>
    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        _reminded = true;
        return _awake ? Task.CompletedTask : ReconcileAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public void OnDehydrate(IDehydrationContext dehydrationContext) => dehydrationContext.TryAddValue(Reminder, _awake);

    /// <inheritdoc/>
    public void OnRehydrate(IRehydrationContext rehydrationContext) => rehydrationContext.TryGetValue(Reminder, out _awake);

    /// <inheritdoc/>
    protected override IMappingGrain Make()
        => MappingId.TryParse(this.GetPrimaryKeyString(), out var id)
            ? Parts.Maker.Mapping(id)
            : throw new FormatException($"'{this.GetPrimaryKeyString()}' is not a mapping's UUID");

    /// <inheritdoc/>
    protected override Task BeginAsync(CancellationToken cancellation) => _awake ? Plain.ReconcileAsync(cancellation) : Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task EndAsync(IMappingGrain plain, CancellationToken cancellation)
    {
        if (plain is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync().AsTask().WaitAsync(cancellation);
        }
    }

    /// <summary>Beside the call that made the mapping, so that creating one does not wait for the reminder's row.</summary>
    protected override async Task KeepAsync(CancellationToken cancellation)
    {
        if (_awake && !_reminded)
        {
            await this.RegisterOrUpdateReminder(Reminder, Parts.Timing.Wake, Parts.Timing.Wake);
            _reminded = true;
        }
    }

    /// <summary>The mapping is deleted: it does not come back.</summary>
    protected override async Task LetGoAsync(CancellationToken cancellation)
    {
        if (await this.GetReminder(Reminder) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }
}
