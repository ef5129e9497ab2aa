using System.Globalization;
using System.Text.Json;

namespace Dispatcher.Silo.Cli;

/// <summary>Prints statuses for people.</summary>
internal static class StatusTable
{
    private const string ListForm = "{0,-36}  {1,-9}  {2,6}  {3,10}  {4,9}  {5,9}  {6}";
    private const string LaneForm = "{0,-28}  {1,4}  {2,-11}  {3,20}  {4,10}  {5,8}  {6,9}  {7,8}  {8,-10}  {9}";

    /// <summary>One line for each mapping, below the head of the list where this is its first page.</summary>
    public static void WriteList(TextWriter to, JsonElement list, bool head)
    {
        if (head)
        {
            Line(to, ListForm, "MAPPING", "STATE", "SHARDS", "LAG", "IN FLIGHT", "TROUBLED", "LAST RESULT");
        }

        foreach (var mapping in list.GetProperty("mappings").EnumerateArray())
        {
            var shards = mapping.GetProperty("shards");
            var troubled = shards.EnumerateArray().SelectMany(Lanes).Count(l => l.TryGetProperty("troubledFrom", out _));
            Line(
                to, ListForm, Text(mapping, "mapping"), Text(mapping, "state"), shards.GetArrayLength(), shards.EnumerateArray().Sum(s => Number(s, "lag") ?? 0),
                Number(mapping.GetProperty("ledger"), "inFlight"), troubled, Text(mapping, "lastProcessingResult"));
        }
    }

    /// <summary>A mapping, lane by lane; idle lanes of a shard are one line.</summary>
    public static void WriteMapping(TextWriter to, JsonElement mapping, DateTimeOffset now)
    {
        to.WriteLine($"mapping      {Text(mapping, "mapping")}");
        to.WriteLine($"state        {Text(mapping, "state")} ({Text(mapping, "stateReason")}); last result: {Text(mapping, "lastProcessingResult")}");
        to.WriteLine($"source       {Text(mapping, "source")} {Text(mapping, "name")}".TrimEnd());
        if (mapping.TryGetProperty("provisionedPollers", out var provisioned))
        {
            to.WriteLine($"pollers      {Number(mapping, "pollers") ?? 0} of {Number(provisioned, "minimum")} to {Number(provisioned, "maximum")}");
        }

        to.WriteLine($"function     {Text(mapping, "functionArn")}");
        to.WriteLine($"destination  {(Text(mapping, "destination") is { Length: > 0 } destination ? destination : None(mapping))}");
        to.WriteLine($"records      {Ledger(mapping.GetProperty("ledger"))}");
        WriteLastFailure(to, mapping, now);
        to.WriteLine();
        Line(to, LaneForm, "SHARD", "LANE", "STATE", "POSITION", "LAG", "WAITING", "IN FLIGHT", "ATTEMPTS", "NEXT TRY", "TROUBLE");
        foreach (var shard in mapping.GetProperty("shards").EnumerateArray())
        {
            WriteShard(to, shard, now);
        }
    }

    /// <summary>Failed messages of a queue go back to it and leave no lane in trouble: only this line says why they failed.</summary>
    private static void WriteLastFailure(TextWriter to, JsonElement mapping, DateTimeOffset now)
    {
        var failed = mapping.GetProperty("shards").EnumerateArray()
            .Where(s => s.TryGetProperty("lastFailure", out var one) && one.ValueKind == JsonValueKind.Object)
            .Select(s => (Shard: Text(s, "shard"), Failure: s.GetProperty("lastFailure")))
            .OrderByDescending(one => Number(one.Failure, "atMs"))
            .FirstOrDefault();
        if (failed.Shard is not null)
        {
            var seconds = Math.Max(0, now.ToUnixTimeMilliseconds() - (Number(failed.Failure, "atMs") ?? 0)) / 1000;
            var request = Text(failed.Failure, "requestId") is { Length: > 0 } id ? $" (request {id})" : "";
            to.WriteLine($"last failure {seconds} s ago, {failed.Shard}, {Records(Number(failed.Failure, "records"))}: {Text(failed.Failure, "text").ReplaceLineEndings(" ")}{request}");
        }
    }

    /// <summary>What becomes of records that are given up where the mapping has no destination.</summary>
    private static string None(JsonElement mapping) => Text(mapping, "source").Contains(":sqs:", StringComparison.Ordinal)
        ? "none: failed messages go back to their queue, given-up ones are dropped"
        : "none: given-up records are dropped";

    private static string Records(long? count) => count == 1 ? "1 record" : $"{count ?? 0} records";

    private static void WriteShard(TextWriter to, JsonElement shard, DateTimeOffset now)
    {
        var busy = Lanes(shard).Where(l => Text(l, "state") != "Idle").ToList();
        if (busy.Count == 0)
        {
            var state = Flag(shard, "running") ? "Idle" : Flag(shard, "ended") ? "Ended" : "Stopped";
            Line(to, LaneForm, Text(shard, "shard"), "", state, Number(shard, "next"), Number(shard, "lag"), "", "", "", "", Text(shard, "error"));
        }

        foreach (var lane in busy)
        {
            Line(
                to, LaneForm, Text(shard, "shard"), Number(lane, "lane"), Text(lane, "state"), Number(shard, "next"), Number(shard, "lag"),
                Number(lane, "waiting"), Number(lane, "inFlight"), Number(lane, "attempts"), NextTry(lane, now), Trouble(shard, lane));
        }
    }

    private static string Trouble(JsonElement shard, JsonElement lane)
    {
        var parts = new List<string>();
        if (Number(lane, "troubledFrom") is { } from)
        {
            parts.Add($"{Records(Number(lane, "troubledCount"))} from {from}");
        }

        if (Text(lane, "lastError") is { Length: > 0 } error)
        {
            parts.Add($"{error} (request {Text(lane, "lastRequestId")})");
        }

        if (Text(lane, "givenUp") is { Length: > 0 } condition)
        {
            parts.Add($"given up: {condition}");
        }

        if (Text(lane, "destinationError") is { Length: > 0 } destination)
        {
            parts.Add($"destination: {destination}");
        }

        if (Text(shard, "error") is { Length: > 0 } source)
        {
            parts.Add($"source: {source}");
        }

        return string.Join("; ", parts).ReplaceLineEndings(" ");
    }

    private static string NextTry(JsonElement lane, DateTimeOffset now)
        => Number(lane, "nextRetryMs") is > 0 and var at
            ? string.Create(CultureInfo.InvariantCulture, $"in {Math.Max(0, (at - now.ToUnixTimeMilliseconds()) / 1000.0):0.0} s")
            : "";

    private static string Ledger(JsonElement ledger)
        => string.Join(", ", ledger.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.Number).Select(m => $"{m.Value} {m.Name}"));

    private static IEnumerable<JsonElement> Lanes(JsonElement shard) => shard.GetProperty("lanes").EnumerateArray();

    private static string Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.ToString() : "";

    private static long? Number(JsonElement of, string name)
        => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    private static bool Flag(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static void Line(TextWriter to, string form, params object?[] values)
        => to.WriteLine(string.Format(CultureInfo.InvariantCulture, form, values).TrimEnd());
}
