using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;
using Dispatcher.Pipeline.Filters;
using Dispatcher.Pipeline.Filters.Sources;

namespace Dispatcher.Bench;

/// <summary>An exact-match pattern on JSON bodies of 1 KB, on one core, against a bare reader and against documents.</summary>
internal static class FilterBench
{
    private const int Records = 200_000;
    private const int Rounds = 7;
    private const int BodyBytes = 1024;

    public static Task RunAsync()
    {
        var records = Enumerable.Range(0, 64).Select(i => Of(i, 3)).ToArray();
        var dense = Enumerable.Range(0, 64).Select(i => Of(i, 20)).ToArray();
        var plan = FilterPlan.Compile(SourceKind.Stream, ["""{"data":{"order":{"type":["buy"]}}}"""], out _)!;
        var filter = new RecordFilter(plan, new StreamFields());
        var (ours, full, reader, document) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        long allocated = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            ours.Add(Rate(records, r => filter.Matches(r)));
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            reader.Add(Rate(records, r => Read(r.Data.Span)));
            full.Add(Rate(dense, r => filter.Matches(r)));
            document.Add(Rate(records, r => Parse(r.Data)));
        }

        var rate = Report.Median(ours);
        Report.Goal("million events of 1 KB per second and core", rate, ">= 1", rate >= 1);
        Report.Goal("bytes allocated per event", allocated / Records, "0", allocated / Records == 0);
        Report.Line("million/s where the 1 KB is 157 tokens, not 55", $"{Report.Median(full):0.00}");
        Report.Line("a bare Utf8JsonReader over all of it, ratio", $"{rate / Report.Median(reader):0.00}");
        Report.Line("a JsonDocument of it and two look-ups, ratio", $"{rate / Report.Median(document):0.00}");
        return Task.CompletedTask;
    }

    /// <summary>Millions of records per second.</summary>
    private static double Rate(Record[] records, Func<Record, bool> matches)
    {
        var (start, passed) = (Stopwatch.GetTimestamp(), 0);
        for (var i = 0; i < Records; i++)
        {
            passed += matches(records[i % records.Length]) ? 1 : 0;
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return passed == Records / 2 ? Records / seconds / 1e6 : throw new InvalidOperationException($"{passed} records passed");
    }

    private static bool Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var found = false;
        while (reader.Read())
        {
            found |= reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("buy"u8);
        }

        return found;
    }

    private static bool Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("order"u8).GetProperty("type"u8).ValueEquals("buy"u8);
    }

    /// <summary>An order with some items and a note that fills it up; every second one buys.</summary>
    private static Record Of(int number, int items)
    {
        var list = string.Join(',', Enumerable.Range(0, items).Select(i => $$"""{"sku":"A-{{i}}","count":{{i}}}"""));
        var type = number % 2 == 0 ? "buy" : "sell";
        var json = $$"""
            {"id":"{{number:00000000}}-77aa-4d1e-9c53-0242ac120002","time":"2026-03-01T12:30:{{number % 60:00}}Z","source":"shop","version":3,"test":false,
            "order":{"type":"{{type}}","stock":"ANYCO","quantity":{{number * 7}},"price":101.25,"customer":{"id":{{number}},"name":"Jane Doe","city":"Bern"},
            "items":[{{list}}]},"note":"
            """.ReplaceLineEndings("");
        json += new string('n', BodyBytes - json.Length - 2) + "\"}";
        return new Record(number, Encoding.UTF8.GetBytes("key"), Encoding.UTF8.GetBytes(json), 0);
    }
}
