using System.Text.Json.Nodes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;

namespace Dispatcher.Gateway.Sqs;

/// <summary>What all batch calls have in common.</summary>
internal static class SqsBatch
{
    /// <summary>The entries of a call, checked as a whole.</summary>
    /// <param name="call">The call.</param>
    /// <param name="entry">The name of an entry, for messages.</param>
    public static JsonObject[] Entries(SqsCall call, string entry)
    {
        JsonObject[] entries = [.. (call.Input["Entries"] as JsonArray ?? []).OfType<JsonObject>()];
        if (entries.Length == 0)
        {
            throw SqsErrors.EmptyBatch(entry);
        }

        if (entries.Length > Limits.QueueBatch)
        {
            throw SqsErrors.TooMany(entries.Length);
        }

        var seen = new HashSet<string>();
        foreach (var one in entries)
        {
            var id = SqsCall.Text(one, "Id") ?? "";
            if (id.Length is 0 or > Limits.QueueEntryIdLength || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            {
                throw SqsErrors.BadEntryId();
            }

            if (!seen.Add(id))
            {
                throw SqsErrors.NotDistinct(id);
            }
        }

        return entries;
    }

    /// <summary>The answer: what <paramref name="succeeded"/> says of each entry without an error, and the errors.</summary>
    public static JsonObject Answer(
        JsonObject[] entries, IReadOnlyList<ServiceException?> errors, Func<int, JsonObject, JsonObject> succeeded)
    {
        var (good, bad) = (new JsonArray(), new JsonArray());
        for (var i = 0; i < entries.Length; i++)
        {
            var id = SqsCall.Text(entries[i], "Id");
            if (errors[i] is not { } error)
            {
                good.Add(succeeded(i, new JsonObject { ["Id"] = id }));
                continue;
            }

            bad.Add(new JsonObject
            {
                ["Id"] = id,
                ["SenderFault"] = error.Kind != ServiceErrorKind.Internal,
                ["Code"] = SqsErrors.CodeOf(error),
                ["Message"] = error.Message,
            });
        }

        return new JsonObject { ["Successful"] = good, ["Failed"] = bad };
    }
}
