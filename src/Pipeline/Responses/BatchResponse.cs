using System.Text.Json;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Pipeline.Responses;

/// <summary>
/// Reads what a function answered with ReportBatchItemFailures. Nothing, null and an empty list of failures mean success; what
/// cannot be understood means that the whole batch failed.
/// </summary>
internal static class BatchResponse
{
    /// <summary>How the batch ended by the function's own account.</summary>
    /// <param name="answer">The function's answer.</param>
    /// <param name="records">The batch, in order.</param>
    /// <param name="kind">Decides what an itemIdentifier is.</param>
    /// <param name="shard">The shard's name; a Kafka identifier must name it.</param>
    /// <param name="requestId">The invocation.</param>
    /// <param name="version">The version that ran.</param>
    public static BatchResult Read(
        ReadOnlySpan<byte> answer, ReadOnlySpan<Record> records, SourceKind kind, string shard, Guid requestId, string version)
    {
        try
        {
            return Read(answer, new ItemIndex(records, kind, shard), requestId, version);
        }
        catch (JsonException e)
        {
            return Whole(requestId, version, $"the answer is not JSON: {e.Message}");
        }
        catch (InvalidOperationException)
        {
            return Whole(requestId, version, "the answer has text that is not UTF-8");
        }
    }

    private static BatchResult Read(ReadOnlySpan<byte> answer, ItemIndex items, Guid requestId, string version)
    {
        if (answer.Trim(" \t\r\n"u8).IsEmpty)
        {
            return BatchResult.Succeeded.Instance;
        }

        var reader = new Utf8JsonReader(answer);
        reader.Read();
        var failed = new HashSet<int>();
        var problem = reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.String when reader.ValueSpan.IsEmpty => null,
            JsonTokenType.StartObject => ReadObject(ref reader, ref items, failed),
            _ => "the answer is not an object",
        };
        if (problem is null)
        {
            // The rest must be JSON too: half an answer says nothing.
            while (reader.Read())
            {
            }
        }

        return problem is not null ? Whole(requestId, version, problem)
            : failed.Count == 0 ? BatchResult.Succeeded.Instance
            : Some(items.Ordered, failed, new BatchFailure(requestId, $"the function reported {failed.Count} failed records", null, version));
    }

    private static BatchResult Some(bool ordered, HashSet<int> failed, BatchFailure failure)
        => ordered ? new BatchResult.FailedFrom(failed.Min(), failure) : new BatchResult.FailedSome(failed, failure);

    private static BatchResult Whole(Guid requestId, string version, string problem)
        => new BatchResult.Failed(new BatchFailure(requestId, problem, null, version));

    private static string? ReadObject(ref Utf8JsonReader reader, ref ItemIndex items, HashSet<int> failed)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var known = reader.ValueTextEquals("batchItemFailures"u8);
            reader.Read();
            if (!known)
            {
                reader.Skip();
                continue;
            }

            failed.Clear();
            if (reader.TokenType != JsonTokenType.Null && ReadList(ref reader, ref items, failed) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? ReadList(ref Utf8JsonReader reader, ref ItemIndex items, HashSet<int> failed)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return "batchItemFailures is not a list";
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return "an item of batchItemFailures is not an object";
            }

            if (ReadItem(ref reader, ref items, failed) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? ReadItem(ref Utf8JsonReader reader, ref ItemIndex items, HashSet<int> failed)
    {
        var named = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var known = reader.ValueTextEquals("itemIdentifier"u8);
            reader.Read();
            if (!known)
            {
                reader.Skip();
                continue;
            }

            if (!items.TryFind(ref reader, failed))
            {
                return "an itemIdentifier is empty or names no record of the batch";
            }

            named = true;
        }

        return named ? null : "an item of batchItemFailures has no itemIdentifier";
    }
}
