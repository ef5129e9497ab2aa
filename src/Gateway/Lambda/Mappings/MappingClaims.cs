using System.Security.Cryptography;
using System.Text;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>
/// Lets only one mapping hold a source for a function, and a consumer group of a topic, also when two callers create
/// them at the same time or on two machines. A mapping's document is written before its claims, so a claim whose
/// mapping is gone or has become another one is surely left over, and is taken over.
/// </summary>
internal sealed class MappingClaims(Catalog catalog)
{
    /// <summary>Refuses a mapping that another one stands in the way of, without claiming anything.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">There is such a mapping (Conflict).</exception>
    public async ValueTask CheckAsync(MappingConfig config, CancellationToken cancellation)
    {
        foreach (var key in KeysOf(config))
        {
            var held = await catalog.MappingClaims.FindAsync(Digest(key), cancellation);
            if (held is not null && await IsHeldByOtherAsync(held.Value, key, config.Uuid, cancellation))
            {
                throw Refusal(config, key, held.Value.Uuid);
            }
        }
    }

    /// <summary>Claims everything for a mapping whose document is written.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">Somebody was faster (Conflict); nothing depends on what was claimed.</exception>
    public async ValueTask ClaimAsync(MappingConfig config, CancellationToken cancellation)
    {
        foreach (var key in KeysOf(config))
        {
            await ClaimAsync(config, key, cancellation);
        }
    }

    private async ValueTask ClaimAsync(MappingConfig config, string key, CancellationToken cancellation)
    {
        var mine = new MappingClaim(config.Uuid);
        while (!await catalog.MappingClaims.CreateAsync(Digest(key), mine, cancellation))
        {
            if (await catalog.MappingClaims.FindAsync(Digest(key), cancellation) is not { } found)
            {
                continue;
            }

            if (found.Value == mine)
            {
                return;
            }

            if (await IsHeldByOtherAsync(found.Value, key, config.Uuid, cancellation))
            {
                throw Refusal(config, key, found.Value.Uuid);
            }

            var now = await catalog.MappingClaims.UpdateAsync(
                Digest(key), present => present == found.Value ? mine : null, cancellation);
            if (now == mine)
            {
                return;
            }
        }
    }

    private async ValueTask<bool> IsHeldByOtherAsync(MappingClaim claim, string key, string uuid, CancellationToken cancellation)
        => claim.Uuid != uuid
            && await catalog.Mappings.FindAsync(claim.Uuid, cancellation) is { } holder
            && KeysOf(holder.Value).Contains(key);

    private static Contracts.Errors.ServiceException Refusal(MappingConfig config, string key, string holder)
        => key == PairOf(config)
            ? MappingErrors.Duplicate(config, FunctionNames.Bare(FunctionNames.WithoutLatest(config.FunctionArn)), holder)
            : MappingErrors.GroupInUse(config.ConsumerGroupId ?? "", holder);

    // The default group is the mapping's own UUID, which nobody else has.
    private static string[] KeysOf(MappingConfig config) => config.ConsumerGroupId is { } group && group != config.Uuid
        ? [PairOf(config), string.Join('\n', "group", SourceOf(config), group)]
        : [PairOf(config)];

    private static string PairOf(MappingConfig config)
        => string.Join('\n', "pair", SourceOf(config), FunctionNames.WithoutLatest(config.FunctionArn));

    private static string SourceOf(MappingConfig config) => string.Join(
        '\n',
        config.EventSourceArn ?? string.Join(',', (config.KafkaBootstrapServers ?? []).Order(StringComparer.Ordinal)),
        string.Join(',', config.Topics ?? []),
        string.Join(',', config.Queues ?? []));

    private static string Digest(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
