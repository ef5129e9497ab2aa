using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Sources;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>
/// Writes mappings and hands them to their grain. The document is the truth: if this process ends between the write and
/// the call of the grain, the next start goes on from the document.
/// </summary>
internal sealed class MappingStore(
    Catalog catalog, MappingClaims claims, IGrainDirectory grains, MappingPlaces places, DispatcherConfig settings)
{
    /// <summary>Finds a mapping by the text a caller gave as its UUID.</summary>
    /// <exception cref="ServiceException">There is none (NotFound).</exception>
    public async ValueTask<MappingConfig> FindAsync(string uuid, CancellationToken cancellation)
        => (await catalog.Mappings.FindAsync(IdOf(uuid).ToString(), cancellation))?.Value ?? throw MappingErrors.NotFound();

    /// <summary>Checks a mapping before it is written: nobody else holds its source, and its source can be used.</summary>
    /// <exception cref="ServiceException">The source cannot be used, or there is such a mapping (Conflict).</exception>
    public async ValueTask CheckNewAsync(MappingConfig config, CancellationToken cancellation)
    {
        await claims.CheckAsync(config, cancellation);
        CheckPlace(config);
        await places.CheckSourceAsync(config, cancellation);
        await places.CheckDestinationAsync(config, cancellation);
    }

    /// <summary>
    /// Checks a change before it is written. The source is asked only where its access changes: a mapping whose stream or
    /// broker is gone can still be switched off.
    /// </summary>
    /// <exception cref="ServiceException">The source cannot be used, or there is such a mapping (Conflict).</exception>
    public async ValueTask CheckChangeAsync(MappingConfig present, MappingConfig wanted, CancellationToken cancellation)
    {
        if (present.FunctionArn != wanted.FunctionArn)
        {
            await claims.CheckAsync(wanted, cancellation);
        }

        if (!present.SourceAccess.SequenceEqual(wanted.SourceAccess))
        {
            await places.CheckSourceAsync(wanted, cancellation);
        }

        if (present.OnFailureDestination != wanted.OnFailureDestination)
        {
            await places.CheckDestinationAsync(wanted, cancellation);
        }
    }

    /// <summary>
    /// Writes a new mapping and starts it. Like every write here it cannot be cancelled: a caller who hangs up must not
    /// leave a mapping behind that nobody starts.
    /// </summary>
    /// <exception cref="ServiceException">Somebody else created such a mapping at the same time (Conflict).</exception>
    public async ValueTask CreateAsync(MappingConfig config)
    {
        if (!await catalog.Mappings.CreateAsync(config.Uuid, config, CancellationToken.None))
        {
            throw new InvalidOperationException($"the new UUID {config.Uuid} is taken");
        }

        try
        {
            await claims.ClaimAsync(config, CancellationToken.None);
        }
        catch
        {
            // Nobody was told of it and its grain was not called: it never was.
            await catalog.Mappings.DeleteAsync(config.Uuid, CancellationToken.None);
            throw;
        }

        await ReconcileAsync(config);
    }

    /// <summary>Changes a mapping and lets its grain act; <paramref name="change"/> may run more than once and refuses by throwing.</summary>
    /// <exception cref="ServiceException">There is none (NotFound), or the change was refused.</exception>
    public async ValueTask<MappingConfig> ChangeAsync(string uuid, Func<MappingConfig, MappingConfig> change)
    {
        MappingConfig? before = null;
        var changed = await catalog.Mappings.UpdateAsync(
            IdOf(uuid).ToString(), found => change(before = found), CancellationToken.None) ?? throw MappingErrors.NotFound();
        if (before!.FunctionArn != changed.FunctionArn)
        {
            await ClaimOrRestoreAsync(changed, before.FunctionArn);
        }

        await ReconcileAsync(changed);
        return changed;
    }

    // Only where somebody created such a mapping between the check and the write.
    private async ValueTask ClaimOrRestoreAsync(MappingConfig changed, string functionArn)
    {
        try
        {
            await claims.ClaimAsync(changed, CancellationToken.None);
        }
        catch
        {
            await catalog.Mappings.UpdateAsync(
                changed.Uuid, found => found with { FunctionArn = functionArn }, CancellationToken.None);
            await ReconcileAsync(changed);
            throw;
        }
    }

    // Streams and queues live in this server; those of another region or account cannot. Brokers are found by name alone.
    private void CheckPlace(MappingConfig config)
    {
        if (MappingSource.KindOf(config) is SourceKind.Stream or SourceKind.Queue
            && Arn.TryParse(config.EventSourceArn, out var arn)
            && (arn.Region != settings.Region || arn.Account != settings.Account))
        {
            throw ServiceException.Invalid(
                $"The event source {arn} is not in the region {settings.Region} and the account {settings.Account} of this server.");
        }
    }

    private Task ReconcileAsync(MappingConfig config) => grains.Mapping(IdOf(config.Uuid)).ReconcileAsync(CancellationToken.None);

    private static MappingId IdOf(string uuid) => MappingId.TryParse(uuid, out var id) ? id : throw MappingErrors.NotFound();
}
