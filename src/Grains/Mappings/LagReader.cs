using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Sources;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.Sources;

namespace Dispatcher.Grains.Mappings;

/// <summary>Asks sources on this silo, beside the mappings' own work: a broker that does not answer holds up nobody else.</summary>
internal sealed class LagReader(IStore store, Catalog catalog, SourcePool sources, IGrainDirectory grains, TimeProvider time) : ILagReader
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(Limits.LagAnswerMs);

    /// <inheritdoc/>
    public async ValueTask<MappingLag> ReadAsync(MappingId mapping, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(AnswerWithin, time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            return await catalog.Mappings.FindAsync(mapping.ToString(), limited.Token) is { } found
                ? await AskAsync(mapping, found.Value, limited.Token)
                : MappingLag.Because("there is no such mapping");
        }
        catch (Exception e) when (e is SourceException or ServiceException or StoreException)
        {
            return MappingLag.Because(e.Message);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return MappingLag.Because($"the source did not answer within {AnswerWithin.TotalSeconds} s");
        }
    }

    private async ValueTask<MappingLag> AskAsync(MappingId mapping, MappingConfig config, CancellationToken cancellation)
    {
        await using var loan = sources.Rent(config);
        var done = await store.Checkpoints.ListAsync(mapping, cancellation);
        if (await loan.Source.CountWaitingAsync(done, cancellation) is not { } waiting)
        {
            return MappingLag.Because("the source cannot tell how many records wait");
        }

        return MappingLag.Of(waiting + await HandedOutAsync(loan.Source, mapping, cancellation));
    }

    /// <summary>What a broker that keeps the position has handed out waits here.</summary>
    private async ValueTask<long> HandedOutAsync(ISource source, MappingId mapping, CancellationToken cancellation)
        => (await source.TraitsAsync(cancellation)).BrokerKeepsPosition
            ? (await grains.Mapping(mapping).StatusAsync(cancellation)).Shards.Sum(shard => (long)shard.InFlight)
            : 0;
}
