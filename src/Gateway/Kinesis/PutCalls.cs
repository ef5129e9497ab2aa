using System.Buffers;
using System.Text.Json.Nodes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Streams;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>
/// PutRecord and PutRecords. Their bodies are read straight into records; only a body with something wrong in it takes the
/// slow way through the model, which finds AWS's words for it.
/// </summary>
internal sealed class PutCalls(IStreams streams, KinesisNames names, KinesisModel model)
{
    public const string Single = "PutRecord";

    public const string Many = "PutRecords";

    /// <summary>Puts the records of a body and writes the members of the answer.</summary>
    public async ValueTask RunAsync(
        string operation, WireFormat format, ReadOnlyMemory<byte> body, IWireWriter output, CancellationToken cancellation)
    {
        using var input = new PutInput(body.Length, operation == Single);
        if (!format.TryReadPut(body, input) || !IsName(input.StreamName))
        {
            throw Explain(operation, format, body);
        }

        CheckSizes(input);
        var stream = names.Resolve(input.StreamName, input.StreamArn);
        var results = ArrayPool<StreamPutResult>.Shared.Rent(input.Count);
        try
        {
            await streams.PutAsync(stream, input.Records, results.AsMemory(0, input.Count), cancellation);
            Write(output, results.AsSpan(0, input.Count), input.Single);
        }
        finally
        {
            ArrayPool<StreamPutResult>.Shared.Return(results, clearArray: true);
        }
    }

    private static void Write(IWireWriter output, ReadOnlySpan<StreamPutResult> results, bool single)
    {
        if (single)
        {
            if (results[0].Error is { } error)
            {
                throw new ServiceException(ServiceErrorKind.Internal, error);
            }

            Stored(output, results[0]);
            return;
        }

        var failed = 0;
        output.Name("Records");
        output.StartList();
        foreach (ref readonly var result in results)
        {
            output.StartObject();
            if (result.Error is { } error)
            {
                failed++;
                output.Text("ErrorCode", KinesisErrors.InternalFailure);
                output.Text("ErrorMessage", error);
            }
            else
            {
                Stored(output, result);
            }

            output.EndObject();
        }

        output.EndList();
        output.Number("FailedRecordCount", failed);
    }

    private static void Stored(IWireWriter output, in StreamPutResult result)
    {
        Span<byte> sequence = stackalloc byte[SequenceNumber.Length];
        SequenceNumber.Write(result.Position, sequence);
        output.Name("SequenceNumber");
        output.Text(sequence);
        output.Text("ShardId", result.Shard!);
    }

    /// <summary>Limits that the model does not have: a record's and a call's bytes.</summary>
    private static void CheckSizes(PutInput input)
    {
        var records = input.Records.Span;
        var total = 0L;
        for (var i = 0; i < records.Length; i++)
        {
            var bytes = records[i].Data.Length + records[i].Key.Length;
            total += bytes;
            if (bytes > Limits.StreamRecordBytes)
            {
                var label = input.Single ? "data" : $"records.{i + 1}.member.data";
                throw ApiErrors.Validation(
                    [$"Value at '{label}' failed to satisfy constraint: Member must have length less than or equal to {Limits.StreamRecordBytes}"]);
            }
        }

        if (total > Limits.PutRecordsBytes)
        {
            throw ServiceException.Invalid($"Records size exceeds {Limits.PutRecordsBytes / (1024 * 1024)} MB limit");
        }
    }

    private static bool IsName(string? name)
    {
        if (name is null)
        {
            return true;
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-'))
            {
                return false;
            }
        }

        return name.Length is > 0 and <= 128;
    }

    private ServiceException Explain(string operation, WireFormat format, ReadOnlyMemory<byte> body)
    {
        var input = format.Read(body);
        model.Check(operation, input);
        return HashOutOfRange(input) is { } hash
            ? ServiceException.Invalid(
                $"Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was {hash}")
            : ApiErrors.Serialization("A blob is not valid base64, or text is not valid UTF-8");
    }

    private static string? HashOutOfRange(JsonObject input)
    {
        var records = input["Records"] as JsonArray ?? [input.DeepClone()];
        return records
            .Select(one => one?["ExplicitHashKey"]?.GetValue<string>())
            .FirstOrDefault(hash => hash is not null && !UInt128.TryParse(hash, out _));
    }
}
