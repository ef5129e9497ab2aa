using System.Text;
using Dispatcher.Adapters.Embedded;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Store;
using Dispatcher.Contracts.Streams;
using Dispatcher.Testing.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dispatcher.Adapters.Tests.Embedded;

/// <summary>The embedded streams over a store of the test's choice: a new harness over the same store is a restart.</summary>
internal sealed class StreamHarness
{
    public StreamHarness(IStore store, SetClock clock)
    {
        (Store, Clock) = (store, clock);
        var errors = new StreamErrors(new DispatcherConfig());
        var finisher = new StreamFinisher(store, clock);
        var putter = new StreamPutter(store, finisher, errors, NullLogger<StreamPutter>.Instance);
        Streams = new StreamService(store, finisher, putter, errors, new StreamIds(clock, new Random(7)));
        Keeper = new StreamKeeper(store, finisher, clock, NullLogger<StreamKeeper>.Instance);
    }

    public IStore Store { get; }

    public SetClock Clock { get; }

    public IStreams Streams { get; }

    public StreamKeeper Keeper { get; }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static StreamPut Put(string key, string data, UInt128? hash = null)
        => new(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(data), hash);

    public async Task<StreamPutResult[]> PutAsync(string stream, params StreamPut[] records)
    {
        var results = new StreamPutResult[records.Length];
        await Streams.PutAsync(stream, records, results, Cancellation);
        return results;
    }

    /// <summary>All data of a shard, in order.</summary>
    public async Task<List<string>> ReadAsync(string stream, string shard)
    {
        var found = await Streams.GetAsync(stream, Cancellation);
        using var page = new RecordPage();
        await Store.Logs.ReadAsync(found.LogOf(shard), 0, 10_000, int.MaxValue, page, Cancellation);
        return Texts(page);
    }

    private static List<string> Texts(RecordPage page)
    {
        var texts = new List<string>();
        foreach (var record in page.Records)
        {
            texts.Add(Encoding.UTF8.GetString(record.Data.Span));
        }

        return texts;
    }
}
