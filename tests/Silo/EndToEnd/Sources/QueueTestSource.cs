using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dispatcher.Silo.Tests.EndToEnd.Sources;

/// <summary>An embedded queue.</summary>
internal sealed class QueueTestSource(SourceLab lab) : TestSource(lab, "queue")
{
    private const int CallSize = 10;

    public override bool Ordered => false;

    public override string BatchInfo => "SqsBatchInfo";

    protected override string[] Options => ["--event-source-arn", SourceLab.QueueArn(Name)];

    public override async Task PutAsync(params TestRecord[] records)
    {
        foreach (var call in records.Chunk(CallSize))
        {
            var sent = await Lab.Api.SqsAsync("SendMessageBatch", new JsonObject
            {
                ["QueueUrl"] = Name,
                ["Entries"] = new JsonArray([.. call.Select((r, i) => new JsonObject { ["Id"] = $"m{i}", ["MessageBody"] = r.Body })]),
            });
            Assert.Equal(call.Length, sent.GetProperty("Successful").GetArrayLength());
        }
    }

    public override string Identifier(JsonElement payload, int number)
        => Records(payload).First(r => EventReader.Text(r) == $"{number}").GetProperty("messageId").GetRawText();

    protected override Task MakeAsync(int shards) => Lab.CreateQueueAsync(Name);
}
