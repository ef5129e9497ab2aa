using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dispatcher.Silo.Tests.EndToEnd.Sources;

/// <summary>An embedded stream.</summary>
internal sealed class StreamTestSource(SourceLab lab) : TestSource(lab, "stream")
{
    public override bool Ordered => true;

    public override string BatchInfo => "KinesisBatchInfo";

    protected override string[] Options
        => ["--event-source-arn", $"arn:aws:kinesis:us-east-1:000000000000:stream/{Name}", "--starting-position", "TRIM_HORIZON"];

    public override async Task PutAsync(params TestRecord[] records) => (await Lab.Api.KinesisAsync("PutRecords", new JsonObject
    {
        ["StreamName"] = Name,
        ["Records"] = new JsonArray([.. records.Select(r => new JsonObject
        {
            ["PartitionKey"] = r.Key, ["Data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(r.Body)),
        })]),
    })).Must(HttpStatusCode.OK);

    public override string Identifier(JsonElement payload, int number)
        => Records(payload).First(r => EventReader.Text(r) == $"{number}").GetProperty("kinesis").GetProperty("sequenceNumber").GetRawText();

    protected override Task MakeAsync(int shards) => Lab.Api.CreateStreamAsync(Name, shards);
}
