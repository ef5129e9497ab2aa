using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Grains.Mappings;

/// <summary>The mapping's document as its grain writes it: never what the owner set, only state and results.</summary>
internal sealed class MappingDocument(MappingId id, Catalog catalog)
{
    private const string UserAction = "User action";
    private const string UserInitiated = "USER_INITIATED";

    private string? _problem;

    /// <summary>The document, or null where the mapping does not exist.</summary>
    public async ValueTask<MappingConfig?> ReadAsync(CancellationToken cancellation)
        => (await catalog.Mappings.FindAsync(id.ToString(), cancellation))?.Value;

    /// <summary>Whether the owner has changed the mapping since <paramref name="seen"/> was read, or taken it away.</summary>
    public async ValueTask<bool> IsChangedAsync(MappingConfig seen, CancellationToken cancellation)
        => await ReadAsync(cancellation) is not { } now || !SameWish(now, seen);

    /// <summary>Moves the state, unless the owner changed the mapping since <paramref name="seen"/> was read.</summary>
    public async ValueTask MoveAsync(MappingConfig seen, MappingState state, CancellationToken cancellation)
        => await ChangeAsync(
            m => !SameWish(m, seen) || (m.State == state && m.StateReason == Reason(m)) ? null : m with
            {
                State = state,
                StateReason = Reason(m),
                LastProcessingResult = !IsOver(m) ? m.LastProcessingResult
                    : m.State != state ? "No records processed"
                    : m.LastProcessingResult == _problem ? "OK"
                    : m.LastProcessingResult,
            },
            cancellation);

    /// <summary>The shards of the first discovery have their starting positions.</summary>
    public async ValueTask MarkSeededAsync(CancellationToken cancellation)
        => await ChangeAsync(m => m.Seeded ? null : m with { Seeded = true }, cancellation);

    /// <summary>Shows how the last batch ended.</summary>
    public async ValueTask ShowResultAsync(string result, CancellationToken cancellation)
        => await ChangeAsync(m => m.LastProcessingResult == result ? null : m with { LastProcessingResult = result }, cancellation);

    /// <summary>Shows why the mapping cannot work.</summary>
    public async ValueTask ShowProblemAsync(string code, string text, CancellationToken cancellation)
    {
        _problem = text;
        await ChangeAsync(
            m => m.StateReason == code && m.LastProcessingResult == text ? null : m with { StateReason = code, LastProcessingResult = text },
            cancellation);
    }

    /// <summary>Takes the document away.</summary>
    public async ValueTask DeleteAsync(CancellationToken cancellation)
        => await catalog.Mappings.DeleteAsync(id.ToString(), cancellation);

    private async ValueTask ChangeAsync(Func<MappingConfig, MappingConfig?> change, CancellationToken cancellation)
        => await catalog.Mappings.UpdateAsync(id.ToString(), change, cancellation);

    /// <summary>
    /// Whether the result tells of a problem of the mapping itself, which has a code as its reason and is over now. What a shard
    /// tells of its batches stays: it may come before the mapping is enabled, and is told once.
    /// </summary>
    private bool IsOver(MappingConfig m)
        => m.StateReason is not (UserAction or UserInitiated) && m.LastProcessingResult?.StartsWith("PROBLEM", StringComparison.Ordinal) == true
            && (_problem is null || m.LastProcessingResult == _problem);

    private static bool SameWish(MappingConfig now, MappingConfig seen)
        => now.LastModifiedMs == seen.LastModifiedMs && now.Enabled == seen.Enabled && now.State != MappingState.Deleting;

    /// <summary>Queues say it in another way than streams.</summary>
    private static string Reason(MappingConfig config)
        => config.EventSourceArn?.Contains(":sqs:", StringComparison.Ordinal) == true ? UserInitiated : UserAction;
}
