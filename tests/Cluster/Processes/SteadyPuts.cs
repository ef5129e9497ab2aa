using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Cluster.Tests.Cluster;

namespace Dispatcher.Cluster.Tests.Processes;

/// <summary>
/// Puts records through the API of the cluster's processes in turn, call after call, and repeats a call that failed with the next
/// one, as an SDK does. Each call has the next record of every key.
/// </summary>
internal sealed class SteadyPuts : IAsyncDisposable
{
    public const int Keys = 50;

    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Uri[] _servers;
    private readonly Task _putting;
    private volatile int _put;

    private SteadyPuts(IEnumerable<Uri> servers)
    {
        _servers = [.. servers];
        _putting = Task.Run(PutAllAsync);
    }

    /// <summary>Records whose put was answered with success.</summary>
    public int Put => _put * Keys;

    /// <summary>Records that may be in the stream twice: the put was answered with a failure, or not at all.</summary>
    public int Doubtful { get; private set; }

    public static SteadyPuts Begin(IEnumerable<Uri> servers) => new(servers);

    /// <summary>Ends with the call that is under way; everything that was begun has been put then.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _putting.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task PutAllAsync()
    {
        using var pace = new PeriodicTimer(s_pace);
        for (var call = 0; !_stop.IsCancellationRequested; call++)
        {
            await pace.WaitForNextTickAsync();
            if (await TryPutAsync(_servers[call % _servers.Length]))
            {
                _put++;
            }
            else
            {
                Doubtful += Keys;
            }
        }
    }

    private async Task<bool> TryPutAsync(Uri server)
    {
        var data = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{_put}"));
        var records = Enumerable.Range(0, Keys).Select(key => (JsonNode)new JsonObject { ["PartitionKey"] = $"steady-{key}", ["Data"] = data });
        var body = new JsonObject { ["StreamName"] = TestHouse.Stream, ["Records"] = new JsonArray([.. records]) };
        using var request = new HttpRequestMessage(HttpMethod.Post, server) { Content = new StringContent(body.ToJsonString()) };
        request.Headers.Add("X-Amz-Target", "Kinesis_20131202.PutRecords");
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        try
        {
            using var answer = await _client.SendAsync(request);
            using var text = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
            return answer.IsSuccessStatusCode && text.RootElement.GetProperty("FailedRecordCount").GetInt32() == 0;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
