using System.Text.Json;
using Dispatcher.Testing;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd.Sources;

/// <summary>A source of one kind, its function and its mapping, as an end-to-end test uses them: all kinds alike.</summary>
internal abstract class TestSource(SourceLab lab, string prefix) : IAsyncDisposable
{
    private string? _uuid;

    /// <summary>Name of the stream, queue or topic, and of the function.</summary>
    public string Name { get; } = $"{prefix}-{Guid.NewGuid():N}";

    /// <summary>The function.</summary>
    public Inbox Function { get; private set; } = null!;

    /// <summary>The mapping's UUID.</summary>
    public string Uuid => _uuid ?? throw new InvalidOperationException("not mapped");

    /// <summary>Whether a failed record holds back those behind it; else each comes back for itself.</summary>
    public abstract bool Ordered { get; }

    /// <summary>The member of an on-failure record that says which records failed.</summary>
    public abstract string BatchInfo { get; }

    /// <summary>What the CLI needs to name the source.</summary>
    protected abstract string[] Options { get; }

    protected SourceLab Lab => lab;

    /// <summary>Makes source and function.</summary>
    public async Task CreateAsync(int shards)
    {
        await MakeAsync(shards);
        Function = await Inbox.StartAsync();
        await lab.Api.CreateFunctionAsync(Function.Url, Name);
    }

    /// <summary>Puts records in this order; those of a key go the same way.</summary>
    public abstract Task PutAsync(params TestRecord[] records);

    /// <summary>Puts numbers, all of one key.</summary>
    public Task PutAsync(int first, int count) => PutAsync([.. Enumerable.Range(first, count).Select(n => new TestRecord($"{n}"))]);

    /// <summary>The <c>itemIdentifier</c> of a record of an event, as JSON.</summary>
    public abstract string Identifier(JsonElement payload, int number);

    /// <summary>An answer that names one record as failed.</summary>
    public string Named(JsonElement payload, int number) => $$$"""{"batchItemFailures":[{"itemIdentifier":{{{Identifier(payload, number)}}}}]}""";

    /// <summary>Maps source and function with the CLI.</summary>
    public async Task MapAsync(params string[] options)
    {
        var mapping = await lab.Aws.RunAsync(["lambda", "create-event-source-mapping", "--function-name", Name, .. Options, .. options]);
        _uuid = mapping.GetProperty("UUID").GetString()!;
    }

    /// <summary>Tries to map source and function with the CLI, which is refused; returns the error.</summary>
    public Task<string> RefusedAsync(params string[] options)
        => lab.Aws.FailAsync(["lambda", "create-event-source-mapping", "--function-name", Name, .. Options, .. options]);

    /// <summary>Changes the mapping with the CLI.</summary>
    public Task UpdateAsync(params string[] options) => lab.Aws.RunAsync(["lambda", "update-event-source-mapping", "--uuid", Uuid, .. options]);

    /// <summary>Waits until a lane shows what is wanted; returns it.</summary>
    public async Task<JsonElement> LaneAsync(Func<JsonElement, bool> wanted, string what)
    {
        JsonElement lane = default;
        await Eventually.TrueAsync(async () => (await LanesAsync()).Any(l => wanted(lane = l)), what);
        return lane;
    }

    /// <summary>All lanes of all shards, as <c>GET /dispatcher/mappings/UUID</c> shows them.</summary>
    public async Task<IReadOnlyList<JsonElement>> LanesAsync()
    {
        using var status = JsonDocument.Parse(await lab.Api.TextAsync($"/dispatcher/mappings/{Uuid}"));
        return [.. status.RootElement.GetProperty("shards").EnumerateArray().SelectMany(s => s.GetProperty("lanes").EnumerateArray()).Select(l => l.Clone())];
    }

    /// <summary>A counter of the mapping; 0 where nothing was counted since the server's start.</summary>
    public async Task<long> CountAsync(string counter) => MappingLedger.Values(await lab.Api.TextAsync("/metrics"), $"dispatcher_{counter}").GetValueOrDefault(Uuid);

    /// <summary>Waits until a counter of the mapping is at a value.</summary>
    public Task CountedAsync(string counter, long value) => Eventually.EqualAsync(value, () => CountAsync(counter));

    /// <summary>The end of every test: nothing is in flight and the ledger is balanced.</summary>
    public async Task EndAsync()
    {
        await CountedAsync("in_flight_event_count", 0);
        await MappingLedger.BalancedAsync(lab.Server.Url);
    }

    /// <summary>Ends the mapping, so that the next test of this server has it for itself.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_uuid is not null)
        {
            await lab.Api.LambdaAsync(HttpMethod.Delete, $"/2015-03-31/event-source-mappings/{_uuid}");
        }

        await CloseAsync();
        await Function.DisposeAsync();
    }

    protected abstract Task MakeAsync(int shards);

    /// <summary>Ends what the test has open to the broker.</summary>
    protected virtual ValueTask CloseAsync() => ValueTask.CompletedTask;

    /// <summary>The records of an event, as they are in it.</summary>
    protected static IEnumerable<JsonElement> Records(JsonElement payload) => EventReader.Elements(payload);
}
