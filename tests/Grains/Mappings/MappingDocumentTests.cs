using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.Mappings;
using Dispatcher.Testing.Memory;

namespace Dispatcher.Grains.Tests.Mappings;

public sealed class MappingDocumentTests
{
    private const string Failed = "PROBLEM: Function call failed";

    private static readonly MappingId s_id = MappingId.TryParse("6d9bce8e-836b-442c-8070-74e77903c815", out var id) ? id : default;

    private readonly Catalog _catalog = new(new MemoryStore());
    private readonly MappingDocument _document;

    public MappingDocumentTests() => _document = new MappingDocument(s_id, _catalog);

    /// <summary>A shard that begins to work while the mapping is still being created may fail before the mapping is enabled.</summary>
    [Fact]
    public async Task Move_ShardHasFailedAlready_KeepsWhatItTold()
    {
        await CreateAsync();
        await _document.ShowResultAsync(Failed, CancellationToken.None);

        Assert.Equal((MappingState.Enabled, Failed), await MovedAsync());
    }

    [Fact]
    public async Task Move_ProblemOfTheMappingIsOver_ForgetsIt()
    {
        await CreateAsync();
        await _document.ShowProblemAsync("ESM_CONFIG_NOT_VALID", "PROBLEM: no topic", CancellationToken.None);

        Assert.Equal((MappingState.Enabled, "No records processed"), await MovedAsync());
    }

    [Fact]
    public async Task Move_ShardHasFailedAfterAProblemOfTheMapping_KeepsWhatTheShardTold()
    {
        await CreateAsync();
        await _document.ShowProblemAsync("ESM_CONFIG_NOT_VALID", "PROBLEM: no topic", CancellationToken.None);
        await _document.ShowResultAsync(Failed, CancellationToken.None);

        Assert.Equal((MappingState.Enabled, Failed), await MovedAsync());
    }

    private async Task CreateAsync() => await _catalog.Mappings.CreateAsync(
        s_id.ToString(),
        new MappingConfig { Uuid = s_id.ToString(), FunctionArn = "f", State = MappingState.Creating, StateReason = "User action" },
        CancellationToken.None);

    private async Task<(MappingState, string?)> MovedAsync()
    {
        var seen = await _document.ReadAsync(CancellationToken.None);
        await _document.MoveAsync(seen!, MappingState.Enabled, CancellationToken.None);
        var now = await _document.ReadAsync(CancellationToken.None);
        return (now!.State, now.LastProcessingResult);
    }
}
