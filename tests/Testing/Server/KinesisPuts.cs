using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dispatcher.Testing.Server;

/// <summary>Puts many records fast: PutRecords over plain HTTP, as the JSON SDKs send it.</summary>
public static class KinesisPuts
{
    private const int CallSize = 500;
    private static readonly HttpClient s_http = new();

    /// <summary>Puts records whose data are the numbers first..first+count-1 and whose keys are <c>k</c> and number modulo keys.</summary>
    public static async Task PutNumbersAsync(Uri server, string stream, int first, int count, int keys)
    {
        for (var from = first; from < first + count; from += CallSize)
        {
            await PutAsync(server, stream, from, Math.Min(CallSize, first + count - from), keys);
        }
    }

    private static async Task PutAsync(Uri server, string stream, int first, int count, int keys)
    {
        var records = new JsonArray();
        for (var number = first; number < first + count; number++)
        {
            records.Add((JsonNode)new JsonObject
            {
                ["PartitionKey"] = $"k{number % keys}",
                ["Data"] = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{number}")),
            });
        }

        var body = new JsonObject { ["StreamName"] = stream, ["Records"] = records };
        using var request = new HttpRequestMessage(HttpMethod.Post, server) { Content = new StringContent(body.ToJsonString()) };
        request.Headers.Add("X-Amz-Target", "Kinesis_20131202.PutRecords");
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        using var answer = await s_http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode || JsonDocument.Parse(text).RootElement.GetProperty("FailedRecordCount").GetInt32() != 0)
        {
            throw new InvalidOperationException($"PutRecords was answered with {(int)answer.StatusCode}: {text}");
        }
    }
}
